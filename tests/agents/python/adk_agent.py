import asyncio
import sys

import telemetry

provider = telemetry.plain()
from google.adk.agents import Agent  # noqa: E402
from google.adk.runners import InMemoryRunner  # noqa: E402
from google.genai import types  # noqa: E402


def add(a: float, b: float) -> str:
    """Adds two numbers."""
    return str(a + b)


async def main() -> None:
    runner = InMemoryRunner(agent=Agent(name="adder", model="gemini-2.5-pro", instruction="add", tools=[add]), app_name="adder")
    session = await runner.session_service.create_session(app_name="adder", user_id="u")
    message = types.Content(role="user", parts=[types.Part(text=sys.argv[1])])
    async for _ in runner.run_async(user_id="u", session_id=session.id, new_message=message):
        pass


try:
    asyncio.run(main())
finally:
    provider.shutdown()
