package io.parktls.semantics;

import static io.parktls.semantics.Records.APPLICATION_DATA;
import static io.parktls.semantics.Records.CHANGE_CIPHER_SPEC;
import static io.parktls.semantics.Records.HANDSHAKE;
import static io.parktls.semantics.Records.alert;
import static io.parktls.semantics.Records.header;
import static io.parktls.semantics.Records.record;
import static io.parktls.semantics.Records.text;

/** ALR: alerts, and input that is not TLS. */
final class AlertRowsTest {
    private static final String ALERTED = "libssl sends no alert. ParkTLS sends one, which explains the failure to a"
            + " TLS peer whose bytes were damaged (RFC 8446 5).";

    private static final String KEPT = "Every later call throws the first failure again; in libssl a call repeated"
            + " after a fatal alert looks like a clean close.";

    /** Delivers records to a client that waits for ServerHello. */
    private static void clientGets(Stage stage, byte[]... records) {
        stage.client().end().doHandshake();
        stage.toServer().takeAll();
        for (byte[] record : records) {
            stage.toClient().inject(record);
            stage.client().hs();
        }
    }

    private static void serverGets(Stage stage, byte[] bytes) {
        stage.toServer().inject(bytes);
        stage.server().hs();
        stage.note("out", stage.toClient().size());
    }

    @Row("ALR-01")
    @InBothVersions
    void fatal(Setting setting) {
        Scenario.of(setting).same("C hs:SSL<40, out:0", stage -> {
            clientGets(stage, alert(2, 40));
            stage.note("out", stage.toServer().size());
        });
    }

    @Row(value = "ALR-02", differs = KEPT)
    @InBothVersions
    void callsAfterFatal(Setting setting) {
        Scenario.of(setting)
                .differs(
                        "C hs:SSL<40, C hs:closed, C read:closed, C write:closed",
                        "C hs:SSL<40, C hs:SSL<40, C read:SSL<40, C write:SSL<40",
                        stage -> {
                            clientGets(stage, alert(2, 40));
                            stage.client().hs();
                            stage.client().read(1);
                            stage.client().write(1);
                        });
    }

    @Row(
            value = "ALR-03",
            differs = "ParkTLS answers close_notify with close_notify, as RFC 5246 7.2.1 requires; libssl leaves the"
                    + " answer to the application, which cannot send it during a handshake.")
    @InBothVersions
    void closeNotify(Setting setting) {
        Scenario.of(setting).differs("C hs:closed, C shut:2, out:0", "C hs:closed, C shut:2, out:7", stage -> {
            clientGets(stage, alert(1, 0));
            stage.client().closed();
            stage.note("out", stage.toServer().size());
        });
    }

    @Row(
            value = "ALR-04",
            differs = "The connection stays closed: the peer has announced that it sends nothing more, so waiting is"
                    + " pointless.")
    @InBothVersions
    void callsAfterCloseNotify(Setting setting) {
        Scenario.of(setting)
                .differs(
                        "C hs:closed, C hs:R, C read:closed, C shutdown:SSL",
                        "C hs:closed, C hs:closed, C read:closed, C shutdown:SSL",
                        stage -> {
                            clientGets(stage, alert(1, 0));
                            stage.client().hs();
                            stage.client().read(1);
                            stage.client().shutdown();
                        });
    }

    @Row(
            value = "ALR-05",
            differs = "close_notify closes the connection at any alert level: RFC 8446 6 lets a receiver ignore the"
                    + " level, and libssl does so too once TLS 1.3 is negotiated.")
    @InBothVersions
    void fatalCloseNotify(Setting setting) {
        Scenario.of(setting).differs("C hs:SSL<0", "C hs:closed", stage -> clientGets(stage, alert(2, 0)));
    }

    @Row("ALR-06")
    @InBothVersions
    void warnings(Setting setting) {
        Scenario.of(setting)
                .same("C hs:R, C hs:R, C hs:R", stage -> clientGets(stage, alert(1, 90), alert(1, 112), alert(1, 46)));
    }

    @Row("ALR-07")
    @InBothVersions
    void manyWarnings(Setting setting) {
        byte[] warning = alert(1, 112);
        Scenario.of(setting)
                .same(
                        "C hs:R, C hs:R, C hs:R, C hs:R, C hs:SSL>10",
                        stage -> clientGets(stage, warning, warning, warning, warning, warning));
    }

    @Row("ALR-08")
    @InBothVersions
    void noRenegotiation(Setting setting) {
        Scenario.of(setting).same("C hs:SSL>40", stage -> clientGets(stage, alert(1, 100)));
    }

    @Row("ALR-09")
    @InBothVersions
    void malformedAlerts(Setting setting) {
        Scenario.of(setting).same("C hs:SSL>47", stage -> clientGets(stage, alert(3, 40)));
        Scenario.of(setting)
                .anyAlert()
                .same("C hs:SSL>10", stage -> clientGets(stage, record(Records.ALERT, (byte) 2)));
    }

    @Row("ALR-10")
    @InBothVersions
    void unknownAlert(Setting setting) {
        Scenario.of(setting).anyAlert().same("C hs:SSL<200, out:0", stage -> {
            clientGets(stage, alert(2, 200));
            stage.note("out", stage.toServer().size());
        });
    }

    @Row(
            value = "ALR-11",
            differs = "ParkTLS refuses the first one: RFC 8446 5.1 forbids empty handshake records, and no"
                    + " implementation sends them.")
    @InBothVersions
    void emptyRecords(Setting setting) {
        Scenario.of(setting).differs("1:R, 32:R, 33:SSL", "1:SSL, 32:SSL, 33:SSL", stage -> {
            stage.client().end().doHandshake();
            Outcome last = null;
            for (int i = 1; i <= 33; i++) {
                stage.toClient().inject(record(HANDSHAKE));
                last = stage.client().end().doHandshake();
                if (i == 1 || i >= 32) {
                    stage.note(Integer.toString(i), last.verdict());
                }
            }
        });
    }

    @Row("ALR-12")
    @InBothVersions
    void serverGetsAnAlert(Setting setting) {
        for (byte[] alert : new byte[][] {alert(1, 0), alert(2, 40), alert(1, 90)}) {
            Scenario.of(setting).same("S hs:SSL>10, out:7", stage -> serverGets(stage, alert));
        }
    }

    @Row(value = "ALR-13", differs = ALERTED)
    @Row(value = "ALR-14", differs = ALERTED)
    @Row(value = "ALR-15", differs = ALERTED)
    @InBothVersions
    void serverGetsHttp(Setting setting) {
        for (String verb : new String[] {"GET", "POST", "HEAD", "PUT", "CONNECT", "DELETE"}) {
            Scenario.of(setting)
                    .differs(
                            "S hs:SSL, out:0",
                            "S hs:SSL>10, out:7",
                            stage -> serverGets(stage, text(verb + " / HTTP/1.1\r\n\r\n")));
        }
    }

    @Row(value = "ALR-16", differs = ALERTED)
    @InBothVersions
    void inputThatIsNotTls(Setting setting) {
        byte[][] junk = {
            {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1},
            new byte[12],
            text("SSH-2.0-OpenSSH_9.2p1\r\n"),
            text("220 mail.example.test ESMTP\r\n"),
            {22, 4, 1, 0, 100, 1, 0, 0, 96, 3, 3, 0}
        };
        for (byte[] bytes : junk) {
            String failure = bytes[0] == 22 ? "hs:SSL>70, out:7" : "hs:SSL>10, out:7";
            Scenario.of(setting).differs("S hs:SSL, out:0", "S " + failure, stage -> serverGets(stage, bytes));
            Scenario.of(setting).differs("C hs:SSL, out:0", "C " + failure, stage -> {
                clientGets(stage, bytes);
                stage.note("out", stage.toServer().size());
            });
        }
    }

    @Row(value = "ALR-17", differs = "Any failure in the record layer ends the connection. " + KEPT)
    @InBothVersions
    void callsAfterJunk(Setting setting) {
        Scenario.of(setting)
                .differs("first:SSL, second is the same:false", "first:SSL, second is the same:true", stage -> {
                    stage.toServer().inject(text("GET / HTTP/1.1\r\n\r\n"));
                    Outcome first = stage.server().end().doHandshake();
                    Outcome second = stage.server().end().doHandshake();
                    stage.note("first", first.verdict());
                    stage.note(
                            "second is the same",
                            first.equals(second) && first.detail().equals(second.detail()));
                });
    }

    @Row("ALR-18")
    @InBothVersions
    void fewBytes(Setting setting) {
        Scenario.of(setting).same("S hs:R, out:0", stage -> serverGets(stage, text("GET ")));
    }

    @Row("ALR-19")
    @InBothVersions
    void wrongFirstRecord(Setting setting) {
        byte[][] records = {
            record(APPLICATION_DATA, (byte) 1, (byte) 2),
            record(CHANGE_CIPHER_SPEC, (byte) 1),
            record(HANDSHAKE, (byte) 2, (byte) 0, (byte) 0, (byte) 1, (byte) 3)
        };
        for (byte[] record : records) {
            Scenario.of(setting).same("S hs:SSL>10, out:7", stage -> serverGets(stage, record));
        }
    }

    @Row("ALR-20")
    @InBothVersions
    void recordTooLong(Setting setting) {
        Scenario.of(setting).same("S hs:SSL>22, out:7", stage -> serverGets(stage, header(HANDSHAKE, 0xFFFF)));
    }

    @Row("ALR-21")
    @InBothVersions
    void helloOfInvalidLength(Setting setting) {
        Scenario.of(setting)
                .same(
                        "S hs:SSL>50, out:7",
                        stage -> serverGets(stage, record(HANDSHAKE, (byte) 1, (byte) 0, (byte) 0, (byte) 0)));
        Scenario.of(setting)
                .same(
                        "S hs:SSL>47, out:7",
                        stage -> serverGets(
                                stage, record(HANDSHAKE, (byte) 1, (byte) 0x7F, (byte) 0xFF, (byte) 0xFF, (byte) 0)));
    }

    @Row("ALR-22")
    @InBothVersions
    void junkAfterTheFlight(Setting setting) {
        Scenario.of(setting).anyAlert().same(stage -> {
            afterTheFlight(stage, text("What is this?"));
        });
    }

    @Row("ALR-23")
    @InBothVersions
    void dataAfterTheFlight(Setting setting) {
        Scenario.of(setting).anyAlert().same(stage -> afterTheFlight(stage, record(APPLICATION_DATA, new byte[50])));
    }

    private static void afterTheFlight(Stage stage, byte[] bytes) {
        stage.client().hs();
        stage.server().hs();
        stage.toClient().takeAll();
        stage.toServer().inject(bytes);
        stage.server().hs();
        stage.note("alert is sent", stage.toClient().size() > 0);
    }

    @Row("ALR-24")
    @InBothVersions
    void flippedByte(Setting setting) {
        Scenario.of(setting).same("C read:SSL>20, S read:SSL<20", stage -> {
            stage.establish().server().end().write(Actor.bytes(100));
            byte[] record = stage.toClient().takeAll();
            record[40] ^= 1;
            stage.toClient().inject(record);
            stage.client().read(100);
            stage.server().read(1);
        });
    }

    @Row("ALR-25")
    @InBothVersions
    void plainCloseNotify(Setting setting) {
        Scenario.of(setting).anyAlert().same(stage -> {
            stage.establish().toClient().inject(alert(1, 0));
            stage.note("C read", stage.client().end().read(1).verdict());
            stage.client().closed();
        });
    }

    @Row("ALR-26")
    @InBothVersions
    void noRoomForTheAlert(Setting setting) {
        Scenario.of(setting).same("C hs:SSL, out:0", stage -> {
            stage.client().end().doHandshake();
            stage.toServer().takeAll();
            stage.toServer().capacity(0);
            stage.toClient().inject(record(APPLICATION_DATA, (byte) 1));
            stage.note("C hs", stage.client().end().doHandshake().verdict());
            stage.toServer().capacity(Wire.UNLIMITED);
            stage.client().end().doHandshake();
            stage.client().end().read(1);
            stage.note("out", stage.toServer().size());
        });
    }

    @Row("ALR-27")
    @InBothVersions
    void dataBeforeServerHello(Setting setting) {
        Scenario.of(setting).same("C hs:SSL>10", stage -> clientGets(stage, record(APPLICATION_DATA, (byte) 1)));
    }
}
