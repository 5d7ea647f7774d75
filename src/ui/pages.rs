//! The pages. Each is a function of plain data: loading is the server's business.
