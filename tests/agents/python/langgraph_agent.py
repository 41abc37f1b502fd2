import sys

import telemetry

provider = telemetry.plain()
from openinference.instrumentation.langchain import LangChainInstrumentor  # noqa: E402

LangChainInstrumentor().instrument(tracer_provider=provider)
from langchain_core.tools import tool  # noqa: E402  after the instrumentation
from langchain_openai import ChatOpenAI  # noqa: E402
from langgraph.prebuilt import create_react_agent  # noqa: E402


@tool
def add(a: float, b: float) -> str:
    """Adds two numbers."""
    return str(a + b)


model = ChatOpenAI(model="gpt-5", max_retries=2)
helper = create_react_agent(model, [], name="helper")


@tool
def task(prompt: str) -> str:
    """Has the helper do it."""
    return helper.invoke({"messages": [("user", prompt)]})["messages"][-1].content


try:
    agent = create_react_agent(model, [add, task], name="adder")
    agent.invoke({"messages": [("user", sys.argv[1])]})
finally:
    provider.shutdown()
