// What is wrong with a field, said at the field; and the choice between two values.

const source = document.getElementById("words").dataset;

/** Words of the page's language for the states of saving. */
export const words = {
  saved: source.saved, saving: source.saving, away: source.away, refused: source.refused,
};

const control = (box) => box.id.replace(/-group$/, "");

function describe(box, id, wrong) {
  const said = box.querySelector("fieldset") ?? box.querySelector("input:not([type=hidden]), select, textarea");
  const others = (said.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  const ids = wrong ? [...others, id] : others;
  if (ids.length) said.setAttribute("aria-describedby", ids.join(" "));
  else said.removeAttribute("aria-describedby");
  if (said.nodeName === "FIELDSET") return;
  if (wrong) said.setAttribute("aria-invalid", "true");
  else said.removeAttribute("aria-invalid");
  said.classList.toggle("usa-input--error", wrong);
}

/** Say at the field what is wrong; the element that says it. */
export function showProblem(box, message) {
  const id = `${control(box)}-problem`;
  let spot = document.getElementById(id);
  if (!spot) {
    spot = document.createElement("div");
    spot.id = id;
    (box.querySelector("legend") ?? box.querySelector("label")).insertAdjacentElement("afterend", spot);
  }
  spot.className = "usa-error-message";
  spot.setAttribute("role", "alert");
  spot.replaceChildren(message);
  box.classList.add("usa-form-group--error");
  describe(box, id, true);
  return spot;
}

/** The field is right again. */
export function clearProblem(box) {
  const id = `${control(box)}-problem`;
  const spot = document.getElementById(id);
  if (!spot) return;
  spot.remove();
  box.classList.remove("usa-form-group--error");
  describe(box, id, false);
}

/** The words that stand for a value: those of the choices, else the value itself. */
function spoken(box, value) {
  const chosen = [value ?? ""].flat().filter(Boolean).map((one) => {
    const choice = [...box.querySelectorAll("option, input[type=radio], input[type=checkbox]")]
      .find((each) => each.value === one);
    return (choice?.labels?.[0] ?? choice)?.textContent.trim() || one;
  });
  return chosen.join(", ") || source.empty;
}

/** Show the other value and let the person choose: "mine" is what stands on this page, "theirs", or "both". */
export function ask(box, value, message, chosen) {
  const spot = showProblem(box, message);
  const other = document.createElement("p");
  other.className = "elsewhere";
  other.dir = "auto";
  other.textContent = `${source.elsewhere} ${spoken(box, value)}`;
  const button = (text, which) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "usa-button usa-button--outline";
    made.textContent = text;
    made.addEventListener("click", () => {
      chosen(which);
      box.querySelector("input:not([type=hidden]), select, textarea").focus();
    });
    return made;
  };
  spot.append(other, button(source.mine, "mine"), button(source.theirs, "theirs"));
  if (box.querySelector("textarea")) spot.append(button(source.both, "both"));
}
