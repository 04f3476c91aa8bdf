"""The history of the database, oldest first. A migration never imports a model: models move on, history does not."""
