"""A mail server that keeps what it is given: python3 mail_sink.py FOLDER [PORT]

Prints the port it listens on. Every mail becomes FOLDER/NUMBER.json {to, subject, text, html}. What stands in FOLDER/mode
changes how it behaves: refuse (550 at RCPT), strangers (530 at RCPT), later (451 after DATA), hang (no answer after DATA).
"""

import asyncio
import email
import email.policy
import json
import pathlib
import sys

from aiosmtpd.smtp import SMTP

folder = pathlib.Path(sys.argv[1])
port = int(sys.argv[2]) if len(sys.argv) > 2 else 0


def mode():
    try:
        return (folder / "mode").read_text().strip()
    except FileNotFoundError:
        return ""


class Sink:
    def __init__(self):
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if mode() == "refuse":
            return "550 5.1.1 No such user"
        if mode() == "strangers":
            return "530 5.7.0 Authentication required"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if mode() == "later":
            return "451 4.3.0 Try again later"
        if mode() == "hang":
            await asyncio.sleep(3600)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        part = lambda kind: message.get_body((kind,)).get_content()
        mail = dict(to=envelope.rcpt_tos[0], subject=message["subject"], text=part("plain"), html=part("html"))
        self.count += 1
        hidden = folder / f".{self.count}"
        hidden.write_text(json.dumps(mail))
        hidden.rename(folder / f"{self.count}.json")
        return "250 Taken"


async def main():
    sink = Sink()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(sink, hostname="sink.test", enable_SMTPUTF8=True), "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
