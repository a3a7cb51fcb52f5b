"""What stands above and between the operations on the API page: its opening, and the parts it is divided into."""

from lyceum.config.env import ROOT

# One part for each tag that a view states, in the order of the page.
PARTS = {
    "Signing in": "Accounts, sessions and passwords: how a person gets the tokens that open everything else.",
    "Your account": "The signed-in person's profile, preferences, roles and data.",
    "Devices and API keys": "Where the account is signed in, and the keys that programs use.",
    "Public events": "Events and organizers as visitors see them, without signing in.",
    "Your registrations": "Registering for events, and one's own registrations, with an account or as a guest.",
    "Your certificates": "The signed-in person's certificates and their PDFs.",
    "Events": "For organizers: events from draft to close.",
    "Sessions": "For organizers: the timed parts of an event.",
    "Ticket types": "For organizers: prices and quantities within an event.",
    "Questions": "For organizers: what an event asks those who register.",
    "Invitations": "For organizers: who is invited, with a link each.",
    "Reminders": "For organizers: mails before an event.",
    "Registrations": "For organizers: who registered, the waiting list, tables and figures.",
    "Attendance": "For organizers: check-in, intervals of presence, and the decisions made from them.",
    "Certificates": "For organizers: issuing and revoking; for everybody: verifying.",
    "Certificate templates": "For organizers: what certificates look like.",
    "Jobs": "Long work, polled until it is done.",
    "Accounts": "For staff: everybody's accounts.",
    "Webhooks": "For vendors: what Zoom and the mail provider report.",
}
TAGS = [{"name": name, "description": description} for name, description in PARTS.items()]
OPENING = (ROOT / "docs" / "api.md").read_text(encoding="utf-8").partition("\n")[2].strip()
