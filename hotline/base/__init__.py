"""The ground floor: time, ids, settings, the database, secrets and the to-do rows that jobs carry out."""
