package io.parktls.semantics;

/** HS: the handshake over pipes that do not block. */
final class HandshakeRowsTest {
    @Row("HS-03")
    @InTls12
    void fullTls12(Setting setting) {
        Scenario.of(setting).same("C hs:R, S hs:R, C hs:R, S hs:1, C hs:1", stage -> {
            stage.client().hs();
            stage.server().hs();
            stage.client().hs();
            stage.server().hs();
            stage.client().hs();
        });
    }

    @Row("HS-04")
    @InTls13
    void fullTls13(Setting setting) {
        Scenario.of(setting).same("C hs:R, S hs:R, C hs:1, S hs:1", stage -> {
            stage.client().hs();
            stage.server().hs();
            stage.client().hs();
            stage.server().hs();
        });
    }
}
