"""What older practice files kept in another way, brought to where it is kept now when such a file is opened."""

from typing import TYPE_CHECKING

from earful.sandbox.scopes import EVERY_SCOPE

if TYPE_CHECKING:
    from earful.sandbox.world import World


def adopt(world: "World") -> None:
    """Once a brand held its two tokens itself: they go on working, as its app's and its grant's."""
    columns = [row["name"] for row in world.store.rows("PRAGMA table_info(accounts)")]
    if "app_token" not in columns:
        return
    with world.store.together():
        for row in world.store.rows("SELECT id, app_token, user_token FROM accounts WHERE app_token IS NOT NULL"):
            account = world.accounts.known(row["id"])
            app = world.apps.own(account)
            grant = world.grants.allow(app, account, EVERY_SCOPE)
            world.store.write("UPDATE apps SET bearer = ? WHERE id = ?", row["app_token"], app.id)
            world.store.write(
                'INSERT INTO tokens (token, kind, "grant") VALUES (?, ?, ?)', row["user_token"], "access", grant.id
            )
        world.store.write("UPDATE accounts SET app_token = NULL, user_token = NULL")
