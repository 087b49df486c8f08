"""`earful vault`: change the key that seals access tokens, or see whether everything still opens."""

from pathlib import Path

from earful.cli.opening import opened
from earful.cli.trouble import Trouble


def rotate(data: Path) -> int:
    """Put a new key in front, seal everything anew, drop the old one; a change that was cut off is finished."""
    with opened(data):
        from django.conf import settings

        from earful.vault import keys
        from earful.vault.rotating import rotate as rotate_keys

        if keys.fixed() and len(keys.present()) == 1:
            raise Trouble(
                "The key comes from EARFUL_VAULT_KEY, so that only you can change it. Put a new long random secret "
                "in front of it, comma between, start the desk again, and run this once more; then drop the old one."
            )
        tally = rotate_keys()
        print(f"Sealed anew: {tally.anew} of {tally.all} secrets.")
        if keys.fixed():
            print(
                "The first key opens everything now. Drop the others from EARFUL_VAULT_KEY, and start the desk again."
            )
        else:
            print(f"The old key is dropped. Keep a copy of {settings.VAULT_FILE} with your backups of the database.")
        return _lost(tally.lost)


def check(data: Path) -> int:
    """Try every sealed secret; 1 if one does not open, or a change of the key waits to be finished."""
    with opened(data):
        from earful.vault import keys
        from earful.vault.rotating import check as check_secrets

        where = "EARFUL_VAULT_KEY" if keys.fixed() else "the key file"
        tally, held = check_secrets(), len(keys.present())
        print(f"{tally.all} sealed secrets, {held} key{'' if held == 1 else 's'} in {where}.")
        if tally.older:
            print(f"{tally.older} of them open with an older key alone. Run: ./earful vault rotate")
        elif held > 1:
            print("Only the first key is needed. `./earful vault rotate` drops the others from the key file.")
        return max(_lost(tally.lost), int(tally.older > 0))


def _lost(lost: int) -> int:
    if lost:
        print(f"{lost} open with no key. Put the key back that sealed them, or link those accounts again.")
    return int(lost > 0)
