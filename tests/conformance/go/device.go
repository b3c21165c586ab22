// A device on Eclipse Paho for Go, unmodified: sends messages, reads its twin, reports, and answers one direct method.
//
// Arguments: the broker's address, a host for TLS, the device, its host, its token, the authority's file, how many messages.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

const patience = 20 * time.Second

func main() {
	broker, name, device, host, token, authority := os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5], os.Args[6]
	count, err := strconv.Atoi(os.Args[7])
	check(err)
	pem, err := os.ReadFile(authority)
	check(err)
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(pem)
	options := mqtt.NewClientOptions().AddBroker(broker).SetClientID(device).SetCleanSession(false)
	options.SetUsername(fmt.Sprintf("%s/%s/?api-version=2021-04-12", host, device)).SetPassword(token)
	options.SetTLSConfig(&tls.Config{RootCAs: trusted, ServerName: name}).SetProtocolVersion(4).SetAutoReconnect(false)
	client := mqtt.NewClient(options)
	wait(client.Connect())
	fmt.Println("connected")

	called, answered := make(chan string, 1), make(chan string, 4)
	wait(client.Subscribe("$iothub/methods/POST/#", 0, func(c mqtt.Client, message mqtt.Message) {
		_, request, _ := strings.Cut(message.Topic(), "?$rid=")
		c.Publish("$iothub/methods/res/200/?$rid="+request, 0, false, `{"done":true}`)
		called <- message.Topic()
	}))
	wait(client.Subscribe("$iothub/twin/res/#", 0, func(_ mqtt.Client, message mqtt.Message) {
		answered <- message.Topic() + " " + string(message.Payload())
	}))
	for number := 0; number < count; number++ {
		wait(client.Publish("devices/"+device+"/messages/events/$.ct=application%2Fjson", 1, false, fmt.Sprintf(`{"number":%d}`, number)))
	}
	fmt.Println("sent", count)
	wait(client.Publish("$iothub/twin/GET/?$rid=1", 0, false, ""))
	fmt.Println("twin", next(answered))
	wait(client.Publish("$iothub/twin/PATCH/properties/reported/?$rid=2", 0, false, `{"written":"in Go"}`))
	fmt.Println("reported", next(answered))
	fmt.Println("called", next(called))
	client.Disconnect(1000)
}

func next(told chan string) string {
	select {
	case text := <-told:
		return text
	case <-time.After(patience):
		check(fmt.Errorf("nothing came"))
		return ""
	}
}

func wait(token mqtt.Token) {
	if !token.WaitTimeout(patience) {
		check(fmt.Errorf("no answer"))
	}
	check(token.Error())
}

func check(err error) {
	if err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
}
