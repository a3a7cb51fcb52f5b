"""The order in which what is held about a person is exported and erased, with the reason for each place."""

from typing import Final

# (holding, why it stands where it does). Row locks follow the product's one order, see docs/architecture.md.
ORDER: Final = (
    ("sign-ins", "First, so that nothing acts for the person any more."),
    ("seats", "Gives back what lies ahead and locks events and registrations, before rows that hang on them."),
    ("attendance", "Finds unmatched intervals by the addresses that the registrations still carry."),
    ("events", "Finds invitations by the account's address, which is still there."),
    ("certificates", "Finds certificates through the person's awards, whose rows are locked after registrations'."),
    ("email", "After everything that might still queue a mail."),
    ("registrations", "Unlinks the rows from the person, by which the holdings above found theirs."),
    ("account", "Last: the row that every other one was found by."),
)
