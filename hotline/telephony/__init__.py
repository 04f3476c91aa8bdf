"""What we ask of a phone company, and the one file that asks Twilio for it."""
