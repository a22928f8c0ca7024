"""A Kolada of our own on this machine: answers what the test has laid out, and remembers what it was asked."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

RECORDED = Path(__file__).parent / "data" / "kolada"


def recorded(name):
    """A page as it was recorded (see shared data: values real, envelope rebuilt)."""
    return json.loads((RECORDED / name).read_text())


def page(values, next_url=None):
    return {"values": values, "count": len(values), "next_url": next_url, "previous_url": None}


def row(kpi, place, year, value, *, gender="T", status="", gone=False):
    cell = {"gender": gender, "count": 1, "status": status, "value": value, "isdeleted": gone}
    return {"kpi": kpi, "municipality": place, "period": year, "values": [cell]}


def described(code, title="Ett nyckeltal, andel (%)"):
    return {**recorded("kpi_by_id.json")["values"][0], "id": code, "title": title}


class Server:
    """`answers` are given in turn, each (status, body) or a callable of the request's path and query; the last one stays."""

    def __init__(self):
        self.answers, self.asked, self.lock = [], [], threading.Lock()

    def answer(self, path):
        parts = urlsplit(path)
        with self.lock:
            self.asked.append(path)
            chosen = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return chosen(parts.path, parse_qs(parts.query)) if callable(chosen) else chosen


@contextmanager
def serving():
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, body, *more = server.answer(self.path)
            if body is None:  # says nothing until the asker has gone
                time.sleep(0.5)
                return
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in more:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args):
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{httpd.server_port}/v3"
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()
