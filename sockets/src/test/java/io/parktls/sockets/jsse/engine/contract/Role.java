package io.parktls.sockets.jsse.engine.contract;

/** The role of the tested engine. */
enum Role {
    CLIENT,
    SERVER
}
