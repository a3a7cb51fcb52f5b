"""People: accounts, sign-in, devices, mailed tokens, API keys and profiles."""
