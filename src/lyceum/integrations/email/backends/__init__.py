"""Where mails go: `files`, `smtp`, `memory`, or a provider of django-anymail by its name."""
