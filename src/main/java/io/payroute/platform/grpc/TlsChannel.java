package io.payroute.platform.grpc;

import javax.net.ssl.SSLException;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContext;

/**
 * Takes calls of Camel's client, which knows TLS only with a certificate of its own and a native library, to a channel with TLS.
 * Camel's own channel connects on its first call and so never does.
 */
final class TlsChannel implements ClientInterceptor, AutoCloseable {

    private final ManagedChannel channel;

    TlsChannel(String host, int port, SslContext tls) throws SSLException {
        channel = NettyChannelBuilder.forAddress(host, port).sslContext(tls).build();
    }

    @Override
    public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(MethodDescriptor<ReqT, RespT> method, CallOptions options,
            Channel next) {
        return channel.newCall(method, options);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
