"""The audit page: who saw and changed what, for auditors and administrators."""
