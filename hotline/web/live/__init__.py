"""The process that tells open screens what has changed. It runs on ASGI, by `hotline.web.live.app:create_app`."""
