// Where the daemon may listen, and what it knows this panel by. Written anew by
// `nle-bridge install premiere`; this one has no key, so that the panel says what to run.

module.exports = {
  ports: Array.from({ length: 20 }, (_, index) => 4747 + index),
  key: "",
  version: "",
};
