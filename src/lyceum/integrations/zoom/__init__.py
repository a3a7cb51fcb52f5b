"""Zoom: what it signs, what it says, and a stand-in that says it over a real socket."""
