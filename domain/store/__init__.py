"""The one impure room of the domain: the event store, its database, the keys of personal values, and the settings."""
