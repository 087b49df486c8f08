"""A made-up firehose: frames as X's filtered stream sends them, and listening rules of which they satisfy a few.

Everything is drawn from a seed. Six posts in ten are English, the others in nine languages and seven scripts;
three in ten are replies, a quarter reposts, one in twelve a quote; a fifth have links, a quarter pictures.
"""

import json
import random
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

SYLLABLES = re.findall("..", "katomiresulanevodipakebidefogujahilomunope")
LANGUAGES = {
    "en": "the a to of and is my it in for you on this that with not be was have so but they just get out now when "
    "who time people good day really one can what today still never game love work new happy think got make",
    "es": "el la de que y en un por con para no una su al lo como más pero sus le ya este sí porque está aquí niño",
    "de": "der die und das nicht ich ein ist für mit auf auch über schön wäre Grüße heißt größer daß müssen zurück",
    "pt": "não que de e o a do da em um para é com uma os no se na por mais as dos como mas você já são até amanhã",
    "ru": "и в не на я быть он с что а по это она этот к но они мы весь который из у так уже всё очень хочу день",
    "ar": "في من على أن إلى هذا كان التي ما لا هو مع كل بعد اليوم يوم كيف الآن شكرا جدا لكن عندي مشكلة صباح",
    "hi": "के में है की से को का और पर यह हैं नहीं तो ही कर था एक भी क्या आज बहुत अच्छा काम समय लोग फिर",
    "ja": "今日は とても いい 天気 です ね 昨日 届いた 商品 が 壊れて ので 返品 したい 東京 駅 まで 行き ました 猫",
    "ko": "오늘 정말 좋은 하루 고양이 배송 아직 안 왔어요 감사합니다 문제 다시 사람 시간 그리고 하지만 너무",
    "th": "วันนี้ อากาศ ดี มาก แต่ สินค้า ยัง ไม่มา ขอบคุณ ครับ ค่ะ ทำไม แมว เมื่อวาน ช้า",
}
_STOCK = {code: text.split() for code, text in LANGUAGES.items()}
_CODES = ["en"] * 60 + ["es"] * 8 + ["ja"] * 10 + ["pt"] * 6 + ["ar"] * 5 + ["ko", "th", "ru", "hi", "de"] * 2 + ["es"]
_KANJI = "電光星海空月雷雪桜竜虎鶴亀松竹梅銀鉄青赤黒白"
_EMOJI = ("☕", "😡", "👎🏽", "❤️", "👨‍👩‍👧", "🇩🇪", "🎉")
_MISFORTUNE = ("broken", "refund", "late", "outage", "cancelled", "rude", "“not working”", "scam", "defekt", "roto")
_BEGIN = datetime(2026, 8, 10, 9, tzinfo=UTC)

Draft = dict[str, Any]
Shape = tuple[str, Callable[[str, Draft], None]]
"""A rule with {0} for its own word, and how a post that satisfies it differs from others."""


def _says(words: str) -> Callable[[str, Draft], None]:
    return lambda key, draft: draft["words"].insert(5, words.format(key))


def _names(field: str, value: str = "{0}") -> Callable[[str, Draft], None]:
    return lambda key, draft: draft.__setitem__(field, value.format(key))


SHAPES: tuple[Shape, ...] = (
    ("{0}", _says("{0}")),
    ('"{0} app" OR "{0} support"', _says("{0} App")),
    ("{0} (broken OR down OR refund OR outage OR late) -giveaway -is:retweet", _says("{0} refund")),
    ('({0} OR {0}x OR "my {0}") lang:en -from:{0}', _says("{0}X")),
    ('"not working" ({0} OR @{0}help)', _says("{0} not working")),
    ("#{0} OR {0}", _says("#{0}")),
    ("@{0} OR to:{0} OR (url:{0}.example -is:retweet)", _names("mention")),
    ("from:{0}", _names("handle")),
    ("from:{0} lang:en (has:links OR has:media)", _names("handle")),
    ('url:"{0}.example"', _names("link", "https://{0}.example/orders?a=1")),
    ('bio:"works at {0}" -from:{0}', _names("bio", "Works at {0}. Tea.")),
    ("min_followers:5000000 lang:ja has:images", _names("lang", "ja")),
)
CHINESE = ("{0} OR ({0} 壊れた) OR #{0}", _says("昨日{0}が壊れた"))


def rules(count: int, dice: random.Random) -> list[tuple[str, str, Shape]]:
    """Texts of rules, each with its own rare word and its shape; one in twelve is of characters without spaces."""
    made = []
    for number in range(count):
        chinese = number % 12 == 11
        spelled = "".join(_KANJI[int(digit)] for digit in f"{number:05}") if chinese else f"{number:x}"
        key = spelled if chinese else "".join(dice.choices(SYLLABLES, k=3)) + spelled
        shape = CHINESE if chinese else SHAPES[number % len(SHAPES)]
        made.append((shape[0].format(key), key, shape))
    return made


def frames(count: int, matched: float, stock: list[tuple[str, str, Shape]], dice: random.Random) -> Iterator[bytes]:
    """Single-post lines of the stream, of which about a share is written to satisfy one of the rules."""
    names = ["".join(dice.choices(SYLLABLES, k=3)) for _ in range(6_000)]
    for number in range(count):
        draft = _draft(number, names, dice)
        if dice.random() < matched:
            _, key, (_, plant) = dice.choice(stock)
            plant(key, draft)
        yield json.dumps(_frame(number, draft, dice), ensure_ascii=False, separators=(",", ":")).encode()


def _draft(number: int, names: list[str], dice: random.Random) -> Draft:
    code = dice.choice(_CODES)
    words = dice.choices(_STOCK[code], k=dice.randrange(8, 24))
    words[3:3] = dice.choices(names, k=2)
    if dice.random() < 0.03:
        words.append(dice.choice(_MISFORTUNE))
    if dice.random() < 0.15:
        words.append(dice.choice(_EMOJI))
    return {"lang": code, "words": words, "handle": f"Person_{number % 9_973}", "bio": " ".join(words[:6]).title()}


def _frame(number: int, draft: Draft, dice: random.Random) -> dict[str, Any]:
    post_id = str(1_950_000_000_000_000_000 + number)
    item = {"id": post_id, "author_id": str(1_000_000 + number % 9_973), "conversation_id": post_id}
    includes = {"users": [_user(item["author_id"], draft["handle"], draft["bio"], dice)]}
    _refer(number, item, includes, draft, dice)
    _decorate(number, item, includes, dice)
    item |= {"entities": _entities(draft, dice), "lang": draft["lang"], "text": _text(draft)}
    return {"data": item, "includes": includes, "matching_rules": [{"id": "1950000000000000001", "tag": "earful:17"}]}


def _refer(number: int, item: Draft, includes: Draft, draft: Draft, dice: random.Random) -> None:
    """A reply, repost or quote brings the other post along; a reply also whom it answers."""
    kind = dice.choices(("", "replied_to", "retweeted", "quoted"), (37, 30, 25, 8))[0]
    if not kind or draft.get("plain"):
        return
    other = str(1_940_000_000_000_000_000 + number)
    item["referenced_tweets"] = [{"type": kind, "id": other}]
    words = " ".join(dice.choices(_STOCK[draft["lang"]], k=14))
    includes["tweets"] = [{"id": other, "text": words, "author_id": "77", "created_at": _time(0)}]
    if kind == "replied_to":
        item |= {"conversation_id": other, "in_reply_to_user_id": "77"}
        includes["users"].append(_user("77", f"Shop{number % 89}", "We sell things.", dice))
    if kind != "quoted":
        draft.setdefault("mention", f"Shop{number % 89}")


def _decorate(number: int, item: Draft, includes: Draft, dice: random.Random) -> None:
    if dice.random() < 0.25:
        item["attachments"] = {"media_keys": [f"3_{number}"]}
        includes["media"] = [{"media_key": f"3_{number}", "type": "photo", "url": "https://pbs.example/media/a.jpg"}]
    if dice.random() < 0.4:
        one = {"domain": {"id": "47", "name": "Brand"}, "entity": {"id": str(number), "name": "A brand"}}
        item["context_annotations"] = [one, one | {"domain": {"id": "30", "name": "Entities"}}]
    counts = dict.fromkeys(("retweet_count", "reply_count", "like_count", "quote_count", "impression_count"), 0)
    item |= {"created_at": _time(number), "edit_history_tweet_ids": [item["id"]], "display_text_range": [0, 90]}
    item |= {"public_metrics": counts, "source": "X for iPhone"}


def _entities(draft: Draft, dice: random.Random) -> Draft:
    entities: Draft = {}
    words = draft["words"]
    if mention := draft.get("mention"):
        words.insert(0, f"@{mention}")
        entities["mentions"] = [{"start": 0, "end": len(mention) + 1, "username": mention, "id": "77"}]
    if link := draft.get("link") or ("https://news.example/a/b" if dice.random() < 0.2 else ""):
        words.append("https://t.co/Ab1Cd2Ef3G")
        shown = {"url": "https://t.co/Ab1Cd2Ef3G", "expanded_url": link, "display_url": link[8:], "start": 9, "end": 32}
        entities["urls"] = [shown | {"title": "News of the day", "description": " ".join(words[:12])}]
    if tags := [{"start": 0, "end": 5, "tag": word[1:]} for word in words if word.startswith("#")]:
        entities["hashtags"] = tags
    return entities


def _text(draft: Draft) -> str:
    if draft["lang"] not in ("ja", "th"):
        return " ".join(draft["words"])
    return "".join(f" {word} " if word.isascii() else word for word in draft["words"]).strip()


def _user(account: str, handle: str, bio: str, dice: random.Random) -> dict[str, Any]:
    followers = int(10 ** (dice.random() * 6.2))
    return {
        "id": account,
        "username": handle,
        "name": handle.replace("_", " "),
        "description": bio,
        "location": "Lyon, France",
        "verified": followers > 500_000,
        "protected": False,
        "profile_image_url": f"https://pbs.example/profile_images/{account}/face_normal.jpg",
        "public_metrics": {
            "followers_count": followers,
            "following_count": 200,
            "tweet_count": 4_000,
            "listed_count": 3,
        },
    }


def _time(number: int) -> str:
    return (_BEGIN + timedelta(milliseconds=number)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
