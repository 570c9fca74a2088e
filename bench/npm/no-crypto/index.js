// In the place of a native library that its package fetches from elsewhere.
module.exports = new Proxy({}, { get: (_, name) => (name === '__esModule' ? undefined : class {}) });
