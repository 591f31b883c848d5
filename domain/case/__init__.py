"""One applicant's matter (asia), from submission to closing; its stream is its whole story."""
