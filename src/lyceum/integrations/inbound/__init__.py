"""The webhook inbox: verified, stored once, answered at once, worked on later."""
