// What many scripts need: elements, texts with values, the size of a rem. Dash loads scripts by their names: this one is the first.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});

  // An element: its class, or properties, and its children; of these null, false and "" are left out.
  yiping.element = (name, props, ...children) => {
    const made = document.createElement(name);
    if (props) Object.assign(made, typeof props === "string" ? { className: props } : props);
    made.append(...children.filter(Boolean));
    return made;
  };

  // A text with its {places} filled, as it is: a `$&` in a name is a name.
  yiping.fill = (text, values = {}) => Object.entries(values).reduce((known, [name, value]) => known.replace("{" + name + "}", () => value), text);

  yiping.rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);
})();
