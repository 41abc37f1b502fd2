import os
import sys

os.environ |= {"LANGSMITH_OTEL_ENABLED": "true", "LANGSMITH_OTEL_ONLY": "true", "LANGSMITH_TRACING": "true", "LANGSMITH_API_KEY": "none"}
import telemetry  # noqa: E402

provider = telemetry.plain()
from langchain_core.tools import tool  # noqa: E402
from langchain_core.tracers.langchain import wait_for_all_tracers  # noqa: E402
from langchain_openai import ChatOpenAI  # noqa: E402
from langgraph.prebuilt import create_react_agent  # noqa: E402


@tool
def add(a: float, b: float) -> str:
    """Adds two numbers."""
    return str(a + b)


try:
    agent = create_react_agent(ChatOpenAI(model="gpt-5", max_retries=2), [add])
    agent.invoke({"messages": [("user", sys.argv[1])]})
finally:
    wait_for_all_tracers()
    provider.shutdown()
