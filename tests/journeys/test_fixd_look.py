import sys; sys.path[:0]=["tests/journeys","tests"]
from pathlib import Path
from test_rules_journey import state, agent, A_TRIPPED_RULE, faults
def test_look(desk, agent):
    number = desk.inside(A_TRIPPED_RULE).strip()
    desk.inside("from decimal import Decimal\nfrom datetime import timedelta\nfrom django.utils import timezone\nfrom earful.intake.models import Backfill\nfrom earful.channels.models import Channel\nfrom earful.rules.models import ListeningRule\nn=timezone.now()\nr=ListeningRule.objects.get(pk=%s)\nBackfill.objects.create(rule=r,channel=Channel.objects.order_by('practice','pk').first(),text=r.text,since=n-timedelta(days=7),until=n,reached=n-timedelta(days=1),price_cap=Decimal(5),spent=Decimal(5),fetched=200,expected=1200,found=90,state='capped',ended_at=n,due_at=None,reason='The next page could cost more than the price cap leaves. Raise the cap to go on.')" % number)
    agent.set_viewport_size({"width": 360, "height": 740})
    for path in ("/rules/", "/posts/", "/channels/", "/rules/new/"):
        agent.goto(desk.url + path); agent.wait_for_timeout(400)
        print(path, agent.evaluate("(() => {const r=document.querySelector('.rail'), c=r.querySelector('[aria-current]').getBoundingClientRect(); return [r.scrollLeft, r.scrollWidth, c.left, c.right, document.documentElement.scrollLeft]})()"))
    agent.screenshot(path="/tmp/fixd_phone.png")
    agent.goto(f"{desk.url}/rules/{number}/backfill/")
    print([ (o.evaluate("e=>[e.offsetWidth,e.textContent]")) for o in agent.locator("#channel, #channel option").all()])
    agent.get_by_role("button", name="Ask X for the price").click(); agent.wait_for_timeout(600)
    agent.screenshot(path="/tmp/fixd_way360.png", full_page=True); print("way360", agent.evaluate("(e=>[e.scrollWidth,e.clientWidth])(document.getElementById('work'))"), faults(agent))
    agent.set_viewport_size({"width": 1280, "height": 900}); agent.screenshot(path="/tmp/fixd_way.png")
    agent.get_by_role("button", name="all the same").click(); agent.wait_for_timeout(800)
    agent.get_by_label("Spend at most, in dollars").fill("abc")
    agent.get_by_role("button", name="Fetch the last").click(); agent.wait_for_timeout(400)
    agent.screenshot(path="/tmp/fixd_cap.png")
    agent.goto(f"{desk.url}/rules/{number}/")
    desk.inside("from earful.rules.models import ListeningRule\nListeningRule.objects.filter(pk=%s).update(text='wifi lumen', most_a_minute=90)" % number)
    agent.get_by_label("Name", exact=True).fill("Renamed")
    agent.keyboard.press("Control+Enter"); agent.wait_for_timeout(600)
    agent.screenshot(path="/tmp/fixd_mean.png", full_page=True); print(faults(agent))
    agent.set_viewport_size({"width": 360, "height": 740}); agent.screenshot(path="/tmp/fixd_mean360.png", full_page=True); print(faults(agent), agent.evaluate("document.documentElement.scrollWidth"))
    asked=[]; agent.on("dialog", lambda d: (asked.append(d.type), d.accept()))
    agent.get_by_role("link", name="Take theirs").click(); agent.wait_for_timeout(500); print(asked, agent.url)
