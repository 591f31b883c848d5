"""The law's arithmetic: which days carry a last day forward, and when a period runs and ends. Pure."""
