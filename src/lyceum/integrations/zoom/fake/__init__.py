"""A Zoom that signs and sends what the real one would, for tests and for `make demo`."""

from lyceum.integrations.zoom.fake.meetings import FakeMeeting, Person, stamp
from lyceum.integrations.zoom.fake.sending import FakeZoom, HttpSender, Sender

__all__ = ["FakeMeeting", "FakeZoom", "HttpSender", "Person", "Sender", "stamp"]
