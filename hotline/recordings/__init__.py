"""Recordings and live transcripts of calls, under the consent rule of the jurisdiction. Off unless turned on."""
