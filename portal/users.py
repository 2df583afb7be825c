"""People who can sign in: adding them, their roles, their one-time links and passwords."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import audit, passwords
from portal.errors import ConflictError, InputError, UnknownNameError
from portal.models import OneTimeLink, SignInSession, Tenant, User
from portal.viewer import ROLES

LINK_HOURS = 24
_ADDRESS = re.compile(r"[^@\s,;:<>()\[\]\\\"\x00-\x1f]{1,64}@(?:[\w-]+\.)*[\w-]+(?:\.[^\W\d_]{2,})?")


def token_hash(token: str) -> str:
    """What the database keeps of a session's or link's token: 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def checked_email(text: str) -> str:
    """The address in lower case, or InputError."""
    email = text.strip().lower()
    if len(email) <= 254 and _ADDRESS.fullmatch(email):
        return email
    raise InputError(f"'{text}' is not an e-mail address. Write one such as kim@shop.example.", field="email")


def checked_role(role: str) -> str:
    """The role's name, or UnknownNameError with the nearest."""
    if role in ROLES:
        return role
    raise UnknownNameError("role", role, ROLES)


def add_user(session: Session, email: str, role: str, tenant_id: int | None, now: datetime) -> User:
    """Add a person without a password; a one-time link sets it.

    Raises:
        InputError: wrong address or role, or the role and tenant do not go together.
        ConflictError: the address is taken.
    """
    email = checked_email(email)
    _check_place(role, tenant_id)
    if session.scalar(select(User.id).where(User.email == email)):
        raise ConflictError(f"{email} is a user already. Make a new link with: portal user link {email}")
    user = User(email=email, role=role, tenant_id=tenant_id, created_at=now)
    session.add(user)
    session.flush()
    return user


def list_users(session: Session) -> list[tuple[User, str]]:
    """Every user with the tenant's name ("" for a superadmin), by address."""
    rows = session.execute(select(User, Tenant.name).outerjoin(Tenant).order_by(User.email))
    return [(user, tenant or "") for user, tenant in rows]


def find_user(session: Session, email: str) -> User:
    """The user with this address, or UnknownNameError."""
    if user := user_by_email(session, email.strip().lower()):
        return user
    raise UnknownNameError("user", email, session.scalars(select(User.email)))


def user_by_email(session: Session, email: str) -> User | None:
    """The user with exactly this address, in lower case."""
    return session.scalar(select(User).where(User.email == email))


def make_link(session: Session, user: User, actor: str, now: datetime) -> str:
    """A new token that sets the user's password once within 24 hours; earlier unused links stop working."""
    _end_links(session, user.id, now)
    token = secrets.token_urlsafe(32)
    session.add(
        OneTimeLink(
            token_hash=token_hash(token),
            user_id=user.id,
            created_at=now,
            expires_at=now + timedelta(hours=LINK_HOURS),
        )
    )
    audit.record(session, audit.Happening(actor, "link made", user.email, user.tenant_id), now)
    return token


def user_of_link(session: Session, token: str, now: datetime) -> User | None:
    """The active user an unused, unexpired link belongs to."""
    return session.scalar(
        select(User)
        .join(OneTimeLink)
        .where(
            OneTimeLink.token_hash == token_hash(token),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now,
            User.is_active,
        )
    )


def set_password(session: Session, user: User, password: str, now: datetime) -> None:
    """Set the password, use up every link of the user and end every session.

    Raises:
        InputError: the password is not good enough.
    """
    passwords.check_password(password, user.email)
    user.password_hash = passwords.hash_password(password)
    _end_links(session, user.id, now)
    end_sessions(session, user.id, now)
    audit.record(session, audit.Happening(user.email, "password set", user.email, user.tenant_id), now)


def change_access(session: Session, user: User, role: str, tenant_id: int | None, now: datetime) -> None:
    """Give the user another role or tenant; whoever is signed in has to sign in again.

    Raises:
        InputError: unknown role, or the role and tenant do not go together.
    """
    _check_place(role, tenant_id)
    user.role, user.tenant_id = role, tenant_id
    end_sessions(session, user.id, now)
    details = {"role": role, "tenant_id": tenant_id}
    audit.record(session, audit.Happening("operator@console", "access changed", user.email, tenant_id, details), now)


def end_sessions(session: Session, user_id: int, now: datetime) -> None:
    """End every open session of the user."""
    open_ones = (SignInSession.user_id == user_id, SignInSession.ended_at.is_(None))
    session.execute(update(SignInSession).where(*open_ones).values(ended_at=now))


def _check_place(role: str, tenant_id: int | None) -> None:
    """Only a superadmin works without a tenant."""
    if checked_role(role) == "superadmin" and tenant_id is not None:
        raise InputError("A superadmin works for all tenants. Leave out --tenant.", field="tenant")
    if role != "superadmin" and tenant_id is None:
        raise InputError(f"The role {role} belongs to one tenant. Add --tenant NAME.", field="tenant")


def _end_links(session: Session, user_id: int, now: datetime) -> None:
    unused = (OneTimeLink.user_id == user_id, OneTimeLink.used_at.is_(None))
    session.execute(update(OneTimeLink).where(*unused).values(used_at=now))
