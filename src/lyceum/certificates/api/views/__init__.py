"""The certificates API, resource by resource."""
