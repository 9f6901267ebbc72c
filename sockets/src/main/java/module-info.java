/** TLS sockets and servers that block only the virtual thread that uses them. */
module io.parktls.sockets {
    requires transitive io.parktls.core;
    requires static transitive org.jspecify;
    requires transitive java.net.http;
    requires jdk.jfr;
    requires org.apache.logging.log4j;

    exports io.parktls.sockets;
    exports io.parktls.sockets.jsse;

    provides java.security.Provider with
            io.parktls.sockets.jsse.ParkTlsProvider;
}
