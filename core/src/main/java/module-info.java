/** TLS engines, byte pipes and the one loop that drives them. */
@SuppressWarnings("module") // javac compiles this module before io.parktls.sockets exists
module io.parktls.core {
    requires static transitive org.jspecify;
    requires java.net.http;
    requires jdk.jfr;
    requires org.apache.logging.log4j;
    requires org.bouncycastle.provider;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.tls;
    requires org.bouncycastle.util;

    exports io.parktls;
    exports io.parktls.bio;
    exports io.parktls.engine;
    exports io.parktls.jca to
            io.parktls.sockets;
    exports io.parktls.session to
            io.parktls.sockets;
    exports io.parktls.ocsp to
            io.parktls.sockets;
    exports io.parktls.pki to
            io.parktls.sockets;
}
