"""Load on live servers, over sockets."""
