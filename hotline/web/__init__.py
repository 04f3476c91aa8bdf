"""The staff's screens: one folder per person who sits before them.

How a screen is added:

1. A folder `hotline/web/<who>` with `views.py` (a Flask `Blueprint` named after the folder, made by
   `shared.screen.screen(__name__)`) and `templates/<who>/*.html`, each of which extends `shared/shell.html` and
   fills the blocks `title` (also the page's only h1, unless `heading` is filled) and `content`.
2. The blueprint goes into `STAFF` of `hotline/app.py`.
3. Every endpoint gets a row in `shared/gate.py` (permission, or OPEN): without one it answers 403 to everybody.
   A page that belongs into the menu also gets a row in `shared/navigation.py`.
4. A view takes `person()` and `with transaction() as session:` from `shared.core`, calls services, and renders.
   It raises HotlineErrors as they are: `shared/failures.py` shows them with a way back.
5. Every form that posts carries `{{ form_token() }}`; a script sends the header `X-Form-Token` (see
   `static/js/send.js`).
6. A part that refreshes itself is a template of its own, answered by `shared.partials.part` and shown on the page
   by the macro `live` of `shared/parts.html`: it is whole without scripts, and polled with them.
7. Words go through `gettext` of `shared.language` (in templates `_('…')`); then `python scripts/messages.py`
   brings the catalog up to date and names what is still to be translated.
"""
