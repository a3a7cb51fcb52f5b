"""The order in which what is held about a person is exported and erased, with the reason for each place."""

from typing import Final

# (holding, why it stands where it does). Row locks follow the product's one order, see docs/architecture.md.
ORDER: Final = (
    ("sign-ins", "First, so that nothing acts for the person any more."),
    (
        "deliveries",
        "Waits for whoever works on one at this moment, before what came of it is looked for.",
    ),
    ("seats", "Gives back what lies ahead and locks events and registrations, before rows that hang on them."),
    ("attendance", "Finds intervals through the registrations, which are still the person's."),
    ("events", "Takes names off what organizers planned with the person, before the account is gone."),
    ("certificates", "Finds certificates through the person's awards, whose rows are locked after registrations'."),
    ("registrations", "Unlinks the rows from the person, by which the holdings above found theirs."),
    ("repeats", "Copies of answers, once nothing above gives any more."),
    ("jobs", "Work of the person's own, and what it stored."),
    ("admin-log", "What staff's log says of the account."),
    ("email", "After everything that might still queue a mail."),
    ("account", "Last: the row that every other one was found by."),
)
