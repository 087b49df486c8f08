"""The whole path in a real browser: a customer posts, the case appears, the agent answers, the customer answers."""

import re
from collections.abc import Iterator

import pytest
from in_chromium import LOOKS, faults, looking, sideways, sign_in
from playwright.sync_api import Browser, Page, expect
from running_desk import HEARS, RunningDesk, wait_for


@pytest.fixture
def agent(browser: Browser, desk: RunningDesk) -> Iterator[Page]:
    """Dario, signed in, with the inbox before him."""
    context = browser.new_context(viewport={"width": 1600, "height": 900}, storage_state=_state(browser, desk))
    page = context.new_page()
    page.goto(f"{desk.url}/inbox/waiting/")
    yield page
    context.close()


_states: dict[str, object] = {}


def _state(browser: Browser, desk: RunningDesk) -> object:
    """The cookies of one signing in, since the link works once."""
    if desk.enter not in _states:
        context = browser.new_context()
        sign_in(context, desk.enter)
        _states[desk.enter] = context.storage_state()
        context.close()
    return _states[desk.enter]


def _post_as_customer(browser: Browser, desk: RunningDesk, handle: str, text: str, at: str = "/") -> Page:
    page = browser.new_page()
    page.goto(f"{desk.pretend}{at}")
    page.get_by_label("Handle").fill(handle)
    page.get_by_label("Text").fill(text)
    page.get_by_role("button", name=re.compile("^(Post|Reply)$")).click()
    return page


def _hear(desk: RunningDesk, handle: str, text: str) -> int:
    """A customer's post, and the case that it became."""
    post = desk.say(handle, text)
    query = "SELECT m.case_id FROM cases_message m JOIN posts_post p ON p.id = m.post_id WHERE p.network_id = %s"
    return int(wait_for(lambda: desk.ask(query, post))[0][0])


def test_a_post_becomes_a_case_is_answered_and_the_answer_comes_back_into_it(
    browser: Browser, desk: RunningDesk, agent: Page
) -> None:
    wait_for(lambda: desk.count(HEARS))
    customer = _post_as_customer(
        browser, desk, "maria_keller", "@LumenHelp third time I write. No internet since Tuesday."
    )

    row = agent.locator("#rows li.row", has_text="maria_keller")
    expect(row).to_be_visible(timeout=5_000)
    row.get_by_role("link").click()
    stream = agent.locator("#stream")
    expect(stream).to_contain_text("No internet since Tuesday")
    expect(agent.locator("main")).to_contain_text("has tried before")

    agent.keyboard.press("r")
    answer = "Maria, sorry that it took three tries. A technician is on the way; we write again before six. ^DK"
    agent.keyboard.type(answer)
    expect(agent.locator("#saying-public")).to_contain_text(f"{280 - len(answer)} left")
    agent.keyboard.press("Control+Enter")
    expect(stream).to_contain_text(answer)
    expect(stream).to_contain_text(re.compile("seen on X", re.I), timeout=15_000)
    link = stream.get_by_role("link", name=re.compile("view on X", re.I)).last.get_attribute("href")
    assert link
    assert link.startswith(f"{desk.pretend}/LumenHelp/status/")

    customer.goto(link)
    expect(customer.locator("#live")).to_contain_text(answer)
    customer.get_by_label("Handle").fill("maria_keller")
    customer.get_by_label("Text").fill("Thank you! Waiting at the window.")
    customer.get_by_role("button", name="Reply").click()
    expect(stream).to_contain_text("Waiting at the window", timeout=5_000)

    case = desk.ask(
        "SELECT c.id, c.status FROM cases_case c JOIN people_identity i ON i.id = c.customer_id "
        "WHERE i.handle = 'maria_keller'"
    )
    assert len(case) == 1
    assert case[0][1] == "open"
    assert desk.ask("SELECT state FROM replies_reply WHERE text = %s", answer) == [("confirmed",)]


def test_what_a_stranger_writes_is_shown_and_never_run(desk: RunningDesk, agent: Page) -> None:
    hostile = '@LumenHelp <script>window.taken=1</script><img src=x onerror="window.taken=1">'
    case = _hear(desk, "bobby_tables", hostile)
    agent.goto(f"{desk.url}/cases/{case}/")
    expect(agent.locator("#stream")).to_contain_text("<script>window.taken=1</script>")
    assert agent.evaluate("window.taken") is None


def test_a_live_update_takes_neither_focus_nor_words(desk: RunningDesk, agent: Page) -> None:
    case = _hear(desk, "calm_karla", "@LumenHelp how do I change my wifi name?")
    agent.goto(f"{desk.url}/cases/{case}/")
    agent.keyboard.press("r")
    agent.keyboard.type("Hello Karla, half a sen")
    desk.say("calm_karla", "@LumenHelp and the password, too?")
    expect(agent.locator("#stream")).to_contain_text("and the password, too?", timeout=5_000)
    agent.keyboard.type("tence")
    expect(agent.get_by_label("Public reply", exact=True).locator("visible=true")).to_have_count(1)
    assert agent.evaluate("document.activeElement.value") == "Hello Karla, half a sentence"


def test_a_draft_survives_a_reload(desk: RunningDesk, agent: Page) -> None:
    case = _hear(desk, "patient_pat", "@LumenHelp is there a student tariff?")
    agent.goto(f"{desk.url}/cases/{case}/")
    agent.keyboard.press("r")
    agent.keyboard.type("There is one, it")
    wait_for(lambda: desk.ask("SELECT 1 FROM replies_reply WHERE text = 'There is one, it' AND state = 'draft'"))
    agent.reload()
    expect(agent.locator("#text-public")).to_have_value("There is one, it")


def test_an_unfinished_note_survives_a_reload_and_is_gone_once_kept(desk: RunningDesk, agent: Page) -> None:
    case = _hear(desk, "noted_nora", "@LumenHelp who do I ask about fibre?")
    agent.goto(f"{desk.url}/cases/{case}/")
    agent.keyboard.press("n")
    agent.keyboard.type("Ask Mara, she knows the street.")
    agent.reload()
    expect(agent.locator("#text-note")).to_have_value("Ask Mara, she knows the street.")
    agent.keyboard.press("n")
    agent.keyboard.press("Control+Enter")
    expect(agent.locator("#stream")).to_contain_text("Ask Mara, she knows the street.")
    agent.reload()
    expect(agent.locator("#text-note")).to_have_value("")


def test_after_sending_the_next_key_is_a_command_and_no_beginning_of_another_answer(
    desk: RunningDesk, agent: Page
) -> None:
    case = _hear(desk, "quick_quentin", "@LumenHelp where do I send the old router?")
    agent.goto(f"{desk.url}/inbox/waiting/")
    agent.locator(f"#row-{case} a").click()
    expect(agent).to_have_title(re.compile("quick_quentin: @?.*old router.* · Earful"))
    for key, words in (("r", "To the shop in town, Quentin."), ("n", "He has two of them.")):
        agent.keyboard.press(key)
        agent.keyboard.type(words)
        agent.keyboard.press("Control+Enter")
        expect(agent.locator("#stream")).to_contain_text(words)
        expect(agent.locator("#talk")).to_be_focused()
    agent.keyboard.press("j")
    assert agent.evaluate("document.activeElement.closest('#rows') !== null")
    expect(agent.locator("#text-public")).to_have_value("")
    assert not desk.ask("SELECT 1 FROM replies_reply WHERE case_id = %s AND state = 'draft'", case)


def test_where_a_picture_does_not_come_the_initial_is_seen(desk: RunningDesk, agent: Page) -> None:
    there, gone = (_hear(desk, f"{name}_face", "@LumenHelp is this thing on?") for name in ("there", "gone"))
    pictures = {"there_face": "portrait/there_face.svg", "gone_face": "no/such/picture.png"}
    desk.inside(
        "from earful.people.models import Identity\n"
        f"for handle, picture in {pictures}.items():\n"
        f"    Identity.objects.filter(handle=handle).update(avatar='{desk.pretend}/' + picture)"
    )
    agent.goto(f"{desk.url}/inbox/waiting/")
    agent.locator(f"#row-{gone}").scroll_into_view_if_needed()
    expect(agent.locator(f"#row-{gone} .face img")).to_have_count(0)
    agent.locator(f"#row-{there}").scroll_into_view_if_needed()
    expect(agent.locator(f"#row-{there} .face img")).to_have_count(1)
    agent.goto(f"{desk.url}/cases/{gone}/")
    expect(agent.locator("#stream .face img")).to_have_count(0)


def test_two_agents_who_take_the_same_case_at_once_are_told_who_has_it(
    browser: Browser, desk: RunningDesk, agent: Page
) -> None:
    case = _hear(desk, "double_dora", "@LumenHelp my bill is wrong")
    secret = desk.inside(
        "from earful.people.models import Agent\nfrom earful.people.signing_in import one_time_link\n"
        "print(one_time_link(Agent.objects.get(username='mara')))"
    ).strip()
    context = browser.new_context()
    mara = sign_in(context, f"{desk.url}/enter/{secret}/")
    for page in (agent, mara):
        page.goto(f"{desk.url}/cases/{case}/")
    agent.keyboard.press("i")
    expect(agent.locator("main")).to_contain_text(re.compile("yours", re.I))
    owners = "SELECT a.username FROM cases_case c JOIN people_agent a ON a.id = c.owner_id WHERE c.id = %s"
    wait_for(lambda: desk.ask(owners, case) == [("dario",)])
    mara.keyboard.press("i")
    expect(mara.locator("main")).to_contain_text("Dario")
    assert desk.ask(owners, case) == [("dario",)]

    for page, words in ((agent, "Dario's answer, with a date."), (mara, "Mara's answer, with a date.")):
        page.reload()
        page.keyboard.press("r")
        page.keyboard.type(words)
    agent.keyboard.press("Control+Enter")
    wait_for(
        lambda: desk.count("SELECT count(*) FROM replies_reply WHERE case_id = %s AND state <> 'draft'", case) == 1
    )
    mara.keyboard.press("Control+Enter")
    expect(mara.get_by_role("alert").first).to_contain_text("has answered meanwhile")
    assert desk.count("SELECT count(*) FROM replies_reply WHERE case_id = %s AND state <> 'draft'", case) == 1
    context.close()


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_axe_finds_nothing_at_any_size_in_either_theme(
    browser: Browser, desk: RunningDesk, size: tuple[int, int], theme: str
) -> None:
    case = _hear(desk, f"wide_{size[0]}_{theme}", "@LumenHelp the router blinks red, what does that mean?")
    with looking(browser, _state(browser, desk), size, theme) as page:
        for path in ("/inbox/waiting/", f"/cases/{case}/", "/channels/"):
            page.goto(desk.url + path)
            page.wait_for_load_state("networkidle") if path == "/channels/" else page.wait_for_timeout(300)
            assert faults(page) == []
            assert sideways(page) == [], path
