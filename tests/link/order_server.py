"""The server at the far end of an emulated line."""

from __future__ import annotations

import asyncio
import socket
import threading


class Server:
    """Takes orders of two numbers: how many bytes to send back, after taking how many."""

    def __init__(self) -> None:
        self.taken = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="test server")
        self._thread.start()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, sock=self._listener))
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
            self._loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while order := await reader.readline():
                to_send, to_take = map(int, order.split())
                while to_take and (data := await reader.read(min(to_take, 65_536))):
                    self.taken += len(data)
                    to_take -= len(data)
                writer.write(b"\n" * to_send)
                await writer.drain()
        except OSError:
            pass  # the line was cut, which is what these tests are about
        finally:
            writer.close()
