"""A local phone company: plays Twilio's voice service over HTTP, for demos and tests.

It is a process of its own, knows nothing of the product and keeps its own ledger of what it
sent and what it was answered, so that the product's books can be checked against it.
"""
