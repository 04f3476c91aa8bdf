// A softphone for the simulated phone company: the line lives as long as one request does. It carries no sound.

export class SimulatedSoftphone {
  constructor(fetchToken) {
    this.fetchToken = fetchToken;
    this.tell = () => {};
    this.cut = null;
    this.mine = null;
  }

  onState(tell) {
    this.tell = tell;
  }

  async register() {
    try {
      this.mine = await this.fetchToken();
      this.tell("ready");
    } catch {
      this.tell("broken");
    }
  }

  async join(leg) {
    this.tell("connecting");
    this.cut = new AbortController();
    try {
      this.mine = await this.fetchToken();
      const answer = await this.ask("connect", { params: { leg } }, this.cut.signal);
      if (answer.ok) await this.follow(answer.body);
      this.tell(answer.ok ? "ready" : "broken");
    } catch (error) {
      this.tell(error.name === "AbortError" ? "ready" : "broken");
    }
    this.cut = null;
  }

  /** Read what happens on the line until it is down. */
  async follow(stream) {
    const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ""; ;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      for (const line of lines) if (line) this.tell(JSON.parse(line).status === "in-progress" ? "talking" : "connecting");
    }
  }

  mute(on) {
    if (this.cut) this.ask("mute", { muted: on }).catch(() => this.tell("broken"));
  }

  hangUp() {
    this.cut?.abort();
  }

  ask(what, fields, signal) {
    const { url, identity, token } = this.mine;
    return fetch(`${url}/sim/clients/${identity}/${what}`, {
      method: "POST", credentials: "omit", cache: "no-store", signal, body: JSON.stringify({ token, ...fields }),
    });
  }
}
