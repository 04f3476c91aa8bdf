"""Reading a page as a person without script does."""

from __future__ import annotations

import pytest

from hotline.demo.day.pages import PageProblem, read_page

PAGE = """
<a href="/elsewhere">Some <b>where</b></a>
<input name="lost" value="outside any form">
<form id="first" method="post" action="/save?part=1">
  <input type="hidden" name="token" value="t&amp;1">
  <input name="place" value="Lamont">
  <input name="gone" value="x" disabled>
  <label><input type="radio" name="danger" value="yes"> Yes</label>
  <label><input type="radio" name="danger" value="no" checked> No</label>
  <input type="checkbox" name="kinds" value="a" checked><input type="checkbox" name="kinds" value="b" checked>
  <select name="county"><option value="">-</option><option value="kern" selected>Kern</option></select>
  <select name="age"><option value="1">one</option><option value="2">two</option></select>
  <textarea name="story">
Two
lines</textarea>
  <button name="what" value="keep"><span>Keep</span> it</button>
  <button formaction="/submit">Submit</button>
  <button type="button">Nothing</button>
</form>
<form action="search"><input name="q"></form>
<button form="first" name="what" value="late">Late</button>
"""


def test_a_form_holds_what_a_browser_would_send() -> None:
    form = read_page("http://h/desk/", 200, PAGE).form_to("/save")
    assert (form.action, form.method) == ("http://h/save?part=1", "post")
    assert form.values == {
        "token": ["t&1"],
        "place": ["Lamont"],
        "danger": ["no"],
        "kinds": ["a", "b"],
        "county": ["kern"],
        "age": ["1"],
        "story": ["Two\nlines"],
    }
    assert form.choices["danger"] == ["yes", "no"]
    assert form.has("county") and not form.has("gone")


def test_buttons_are_found_by_name_value_or_wording_wherever_they_stand() -> None:
    form = read_page("http://h/desk/", 200, PAGE).form_to("/save")
    assert [one.words for one in form.buttons] == ["Keep it", "Submit", "Late"]
    submit, late = form.button("Submit"), form.button("late")
    assert submit is not None and submit.action == "http://h/submit"
    assert late is not None and (late.name, late.action) == ("what", "")
    with pytest.raises(PageProblem, match="no button 'Shred'"):
        form.button("Shred")


def test_links_and_forms_have_whole_addresses() -> None:
    page = read_page("http://h/desk/", 200, PAGE)
    assert page.links == [("http://h/elsewhere", "Some where")]
    assert page.forms[1].action == "http://h/desk/search"
    assert page.find("/nowhere") is None
    with pytest.raises(PageProblem, match="no form to '/nowhere'"):
        page.form_to("/nowhere")
