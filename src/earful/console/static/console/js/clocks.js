// Times: moments in the reader's own clock, ages that grow while the page stays open.
const TODAY = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const THIS_WEEK = new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "2-digit", minute: "2-digit" });
const THIS_YEAR = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const ANY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const WHOLE = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export function localise(root) {
  for (const time of root.querySelectorAll("time[datetime]:not([data-age]):not([title])")) {
    const at = new Date(time.dateTime);
    time.textContent = moment(at, new Date());
    time.title = WHOLE.format(at);
  }
}

export function keepAgesFresh() {
  setInterval(() => {
    for (const time of document.querySelectorAll("time[data-age]")) {
      const said = age(Date.now() - new Date(time.dateTime).getTime());
      if (said !== time.textContent) time.textContent = said;
    }
  }, MINUTE / 2);
}

function moment(at, now) {
  if (at.toDateString() === now.toDateString()) return TODAY.format(at);
  const apart = Math.abs(now - at);
  if (apart < 6 * DAY) return THIS_WEEK.format(at);
  return apart < 180 * DAY ? THIS_YEAR.format(at) : ANY.format(at);
}

// As console/times.py says it.
function age(ms) {
  if (ms < MINUTE) return "now";
  if (ms < 60 * MINUTE) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return `${Math.floor(ms / (60 * MINUTE))} h`;
  if (ms < 60 * DAY) return `${Math.floor(ms / DAY)} d`;
  return ms < 365 * DAY ? `${Math.floor(ms / (30 * DAY))} mo` : `${Math.floor(ms / (365 * DAY))} y`;
}
