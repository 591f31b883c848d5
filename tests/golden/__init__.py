"""Stored trails, as the store wrote them once, with the states they fold to. Files here are only ever added.

They were rewritten once, before 0.2, while no installation held a fact: shapes that nobody had ever written (criteria
before they were documents, approvals without a name) were squashed to shape 1, a document came to stand in its facts with
its SHA-256 and what is cited of it, and what is granted to came to be called a road. From then on an older shape is
carried over by the `upcast` of its fact, and its lines stay.
"""
