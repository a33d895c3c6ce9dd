// Snippets that work with this server as they stand; a key is never put into them.

import { byId, copy, element } from "./dom.js";

const QUESTION = "What is an FPGA?";

export class Start {
  #page;

  constructor(page) {
    this.#page = page;
  }

  async show() {
    const base = new URL("v1", location.origin + location.pathname).href;
    const open = this.#page.session.state === "open";
    byId("start-base").textContent = base;
    byId("start-key").replaceChildren(
      ...(open
        ? ["This server asks for no key yet: any text will do."]
        : ["Put your key into the environment: ", element("code", {}, "export OPENFPGA_API_KEY=..."), ". ", element("a", { href: "#keys" }, "Create a key")]),
    );
    let model = "MODEL";
    try {
      const models = await this.#page.models();
      model = (models.find(({ kind }) => kind === "text") ?? models[0]).id;
    } catch {
      // The snippets are still of use.
    }
    byId("snippets").replaceChildren(...snippets(base, model).map(([name, code]) => this.#snippet(name, code)));
  }

  #snippet(name, code) {
    const button = element("button", { type: "button" }, "Copy");
    button.setAttribute("aria-label", `Copy the ${name} snippet`);
    button.addEventListener("click", async () => {
      const done = await copy(code);
      button.textContent = done ? "Copied" : "Select and press Ctrl+C";
      this.#page.announce(done ? `The ${name} snippet is copied.` : "Copying is not possible here.");
    });
    const block = element("pre", { tabIndex: 0, attributes: { role: "region", "aria-label": `${name} snippet` } }, element("code", {}, code));
    return element("article", { className: "snippet" }, element("header", {}, element("h2", {}, name), button), block);
  }
}

function snippets(base, model) {
  const text = JSON.stringify;
  const body = text({ model, messages: [{ role: "user", content: QUESTION }] });
  const shell = `'${body.replaceAll("'", `'\\''`)}'`;
  return [
    [
      "curl",
      `curl ${base}/chat/completions \\
  -H "Authorization: Bearer $OPENFPGA_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d ${shell}`,
    ],
    [
      "Python",
      `import os
from openai import OpenAI

client = OpenAI(base_url=${text(base)}, api_key=os.environ["OPENFPGA_API_KEY"])
stream = client.chat.completions.create(
    model=${text(model)},
    messages=[{"role": "user", "content": ${text(QUESTION)}}],
    stream=True,
)
for chunk in stream:
    print(chunk.choices[0].delta.content or "", end="", flush=True)`,
    ],
    [
      "JavaScript",
      `import OpenAI from "openai";

const client = new OpenAI({ baseURL: ${text(base)}, apiKey: process.env.OPENFPGA_API_KEY });
const answer = await client.chat.completions.create({
  model: ${text(model)},
  messages: [{ role: "user", content: ${text(QUESTION)} }],
});
console.log(answer.choices[0].message.content);`,
    ],
    [
      "LangChain",
      `import os
from langchain_openai import ChatOpenAI

llm = ChatOpenAI(base_url=${text(base)}, api_key=os.environ["OPENFPGA_API_KEY"], model=${text(model)})
print(llm.invoke(${text(QUESTION)}).content)`,
    ],
  ];
}
