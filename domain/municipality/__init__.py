"""The municipality (kunta): what it has adopted, each by an event that says who decided and under which §."""
