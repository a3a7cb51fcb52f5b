"""The verbs of certificates, each in the file that is named after it."""
