// A softphone on the phone company's own library (static/twilio-voice), which is loaded before this module runs.

const NO_MICROPHONE = new Set([31208, 31401, 31402]);
const OLD_TOKEN = new Set([20101, 20104, 31204, 31205]);
// Seconds before its end at which the library asks for a new token.
const RENEW = 60;

export class TwilioSoftphone {
  constructor(fetchToken) {
    this.fetchToken = fetchToken;
    this.tell = () => {};
    this.call = null;
    this.device = null;
  }

  onState(tell) {
    this.tell = tell;
  }

  async register() {
    try {
      const { token } = await this.fetchToken();
      this.device = new globalThis.Twilio.Device(token, {
        codecPreferences: ["opus", "pcmu"], logLevel: "error", tokenRefreshMs: RENEW * 1000,
      });
      this.device.on("registered", () => this.tell(this.call ? "talking" : "ready"));
      this.device.on("unregistered", () => { if (!this.call) this.tell("broken"); });
      this.device.on("tokenWillExpire", () => this.renew());
      this.device.on("error", (error) => this.explain(error));
      // It rings only when the server could not wait for us: the call was accepted already.
      this.device.on("incoming", (call) => { call.accept(); this.talk(call); });
      await this.device.register();
    } catch (error) {
      this.explain(error);
    }
  }

  async renew() {
    try {
      this.device.updateToken((await this.fetchToken()).token);
    } catch {
      this.tell("broken");
    }
  }

  async join(leg) {
    if (this.call || !this.device) return;
    this.tell("connecting");
    try {
      await this.talk(await this.device.connect({ params: { leg } }));
    } catch (error) {
      this.explain(error);
    }
  }

  /** Until the line is down. */
  talk(call) {
    this.call = call;
    call.on("accept", () => this.tell("talking"));
    call.on("reconnecting", () => this.tell("connecting"));
    call.on("reconnected", () => this.tell("talking"));
    call.on("error", (error) => this.explain(error));
    return new Promise((resolve) => {
      const isDown = () => {
        if (this.call === call) {
          this.call = null;
          this.tell("ready");
        }
        resolve();
      };
      for (const end of ["disconnect", "cancel", "reject"]) call.on(end, isDown);
    });
  }

  explain(error) {
    if (NO_MICROPHONE.has(error?.code)) this.tell("refused");
    else if (OLD_TOKEN.has(error?.code)) this.renew();
    else this.tell("broken");
  }

  mute(on) {
    this.call?.mute(on);
  }

  hangUp() {
    this.call?.disconnect();
  }
}
