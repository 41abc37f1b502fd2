import os
import sys

os.environ["CREWAI_DISABLE_TELEMETRY"] = "true"
import telemetry  # noqa: E402

provider = telemetry.start()
from openinference.instrumentation.crewai import CrewAIInstrumentor  # noqa: E402

CrewAIInstrumentor().instrument(tracer_provider=provider)
from crewai import LLM, Agent, Crew, Task  # noqa: E402  after the instrumentation
from crewai.tools import tool  # noqa: E402


@tool("add")
def add(a: float, b: float) -> str:
    """Adds two numbers."""
    return str(a + b)


try:
    model = LLM(model="openai/gpt-5", base_url=os.environ["OPENAI_BASE_URL"], api_key="none", max_retries=2)
    agent = Agent(role="adder", goal="add", backstory="adds", llm=model, tools=[add])
    task = Task(description=sys.argv[1], expected_output="a number", agent=agent)
    Crew(agents=[agent], tasks=[task]).kickoff()
finally:
    provider.shutdown()
