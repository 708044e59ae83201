/* A Modbus slave that is not ours, on Debian's libmodbus: a C20 module's registers, four coils and four contacts.
 *
 *   foreign_slave rtu PORT UNIT | foreign_slave tcp TCP_PORT
 *
 * Prints "ready" and answers until it is ended. Input registers 0-7: 20, 1, 13660, -50 (s16), 4090, 47, 1234, 4.
 * Holding registers 142-146 and coils 0-3 keep what is written; contacts 1 and 3 are closed.
 */
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint16_t MODULE[8] = {20, 1, 13660, (uint16_t)-50, 4090, 47, 1234, 4};

static int answer(modbus_t *context, modbus_mapping_t *mapping)
{
    uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
    int length = modbus_receive(context, query);
    if (length > 0)
        modbus_reply(context, query, length, mapping);
    return length;
}

int main(int count, char **arguments)
{
    if (count < 3)
        return 2;
    int is_rtu = strcmp(arguments[1], "rtu") == 0;
    modbus_t *context = is_rtu ? modbus_new_rtu(arguments[2], 115200, 'N', 8, 1)
                               : modbus_new_tcp("127.0.0.1", atoi(arguments[2]));
    modbus_mapping_t *mapping = modbus_mapping_new_start_address(0, 4, 0, 4, 142, 5, 0, 8);
    if (context == NULL || mapping == NULL)
        return 3;
    memcpy(mapping->tab_input_registers, MODULE, sizeof MODULE);
    mapping->tab_input_bits[1] = mapping->tab_input_bits[3] = 1;
    int listening = -1;
    if (is_rtu) {
        modbus_set_slave(context, atoi(arguments[3]));
        if (modbus_connect(context) == -1)
            return 4;
    } else if ((listening = modbus_tcp_listen(context, 1)) == -1) {
        return 4;
    }
    puts("ready");
    fflush(stdout);
    for (;;) {
        if (!is_rtu)
            modbus_tcp_accept(context, &listening);
        while (answer(context, mapping) != -1 || is_rtu)
            ;
    }
}
