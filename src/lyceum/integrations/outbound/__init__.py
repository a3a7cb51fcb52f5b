"""Leased calls to vendors: asked for in a transaction, made between transactions, answered in a new one."""
