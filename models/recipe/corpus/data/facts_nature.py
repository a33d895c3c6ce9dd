"""Nature facts. SPACE, PLANTS, FOOD, BODY, WEATHER, MATERIALS: names | short | extra | extra.
ANIMALS: singular | plural | class | eat ... | live ... | sound verb (or empty) | young (or empty) | extra."""

SPACE = r"""
the Sun; the sun | The Sun is the star at the center of our solar system. | It makes energy by joining hydrogen into helium. | Its light takes about eight minutes to reach Earth.
the Moon; the moon | The Moon is the natural satellite of Earth. | It goes around Earth in about 27 days. | Its gravity causes most of the tides in the oceans.
Mercury; the planet Mercury | Mercury is the smallest planet and the closest to the Sun. | It goes around the Sun in about 88 days. | It has almost no air, so it is very hot by day and very cold at night.
Venus; the planet Venus | Venus is the second planet from the Sun and the hottest planet. | Its thick air of carbon dioxide traps heat. | It is almost as large as Earth.
Earth; the Earth; the planet Earth | Earth is the third planet from the Sun and our home. | About 71 percent of its surface is covered by water. | It is the only planet known to have life.
Mars; the planet Mars | Mars is the fourth planet from the Sun and is called the Red Planet. | Rust in its soil gives it a red color. | It has two small moons, Phobos and Deimos.
Jupiter; the planet Jupiter | Jupiter is the fifth planet from the Sun and the largest planet. | It is made mostly of hydrogen and helium. | Its Great Red Spot is a giant storm.
Saturn; the planet Saturn | Saturn is the sixth planet from the Sun and is famous for its rings. | The rings are made of pieces of ice and rock. | Its largest moon is Titan.
Uranus; the planet Uranus | Uranus is the seventh planet from the Sun. | It is tilted so far that it seems to roll on its side. | It looks pale blue because of methane in its air.
Neptune; the planet Neptune | Neptune is the eighth planet and the farthest from the Sun. | It has very strong winds and a deep blue color. | It takes about 165 years to go around the Sun.
Pluto | Pluto is a dwarf planet beyond the orbit of Neptune. | It was called the ninth planet until 2006. | It has a large moon named Charon.
a star; +stars | A star is a huge ball of hot gas that makes its own light. | Nuclear fusion in its center gives off energy. | Our Sun is a star.
a planet; +planets | A planet is a large round body that goes around a star. | Our solar system has eight planets. | Planets do not make their own light but reflect the light of their star.
the solar system; our solar system | The solar system is the Sun and everything that goes around it. | It has eight planets, many moons, and countless smaller bodies. | It formed about 4.6 billion years ago.
the Milky Way | The Milky Way is the galaxy that contains our solar system. | It has more than 100 billion stars. | On dark nights it looks like a pale band across the sky.
a galaxy; +galaxies | A galaxy is a huge group of stars, gas, and dust held together by gravity. | Some galaxies have the shape of a spiral. | Our own galaxy is the Milky Way.
a black hole; +black holes | A black hole is a place where gravity is so strong that not even light can escape. | Some form when very large stars collapse. | There is a giant black hole at the center of our galaxy.
a comet; +comets | A comet is a body of ice and dust that goes around the Sun. | When it comes near the Sun, the ice turns to gas and makes a tail. | Halley's Comet returns about every 76 years.
an asteroid; +asteroids | An asteroid is a rocky body that goes around the Sun. | Many asteroids lie between Mars and Jupiter. | They are much smaller than planets.
a meteor; +meteors; a shooting star | A meteor is a streak of light made by a small piece of rock that burns up in the air. | People often call it a shooting star. | A piece that reaches the ground is called a meteorite.
a solar eclipse; +solar eclipses | A solar eclipse happens when the Moon passes between Earth and the Sun. | The Moon covers part or all of the Sun for a short time. | You should never look at it without eye protection.
a lunar eclipse; +lunar eclipses | A lunar eclipse happens when Earth passes between the Sun and the Moon. | The shadow of Earth falls on the Moon. | The Moon often looks red during a full eclipse.
gravity | Gravity is the force that pulls things with mass toward each other. | It keeps us on the ground and the planets in their orbits. | The more mass a body has, the stronger its gravity is.
an orbit; +orbits | An orbit is the path of one body around another in space. | Gravity bends the path into a curve. | Earth needs about 365 days for one orbit around the Sun.
a telescope; +telescopes | A telescope is an instrument that makes distant things look nearer. | It gathers light with lenses or mirrors. | Galileo used one to find four moons of Jupiter.
a satellite; +satellites | A satellite is a body that goes around a planet. | The Moon is a natural satellite, and people have launched thousands of artificial ones. | Satellites are used for weather, maps, and communication.
a rocket; +rockets | A rocket is a vehicle that moves by pushing out hot gas. | It carries its own fuel and oxygen, so it works in space. | Rockets bring satellites and people into orbit.
the International Space Station; the ISS | The International Space Station is a laboratory in orbit around Earth. | Astronauts from many countries live and work there. | It goes around Earth about every 90 minutes.
an astronaut; +astronauts | An astronaut is a person who is trained to travel in space. | Astronauts wear space suits outside their ship. | Yuri Gagarin was the first human in space.
a light-year; +light-years | A light-year is the distance that light travels in one year. | It is about 9.5 trillion kilometers. | Astronomers use it to measure distances between stars.
the Big Bang | The Big Bang is the theory that the universe began in a very hot and dense state. | It happened about 13.8 billion years ago. | The universe has been expanding ever since.
the North Star; Polaris | The North Star is a star that stands almost above the North Pole. | It seems to stay in one place in the sky. | Sailors used it to find the direction north.
"""
ANIMALS = r"""
a cow | cows | mammal | grass and hay | on farms | moo | calf | Cows give milk.
a horse | horses | mammal | grass, hay, and oats | on farms and in grasslands | neigh | foal | Horses can sleep standing up.
a sheep | sheep | mammal | grass | on farms and in hills | bleat | lamb | Sheep give wool.
a goat | goats | mammal | grass, leaves, and shrubs | on farms and in mountains | bleat | kid | Goats are very good climbers.
a pig | pigs | mammal | grain, roots, and vegetables | on farms | oink | piglet | Pigs are clever animals.
a donkey | donkeys | mammal | grass and hay | on farms | bray | foal | Donkeys can carry heavy loads.
a dog | dogs | mammal | meat and dog food | with people in homes | bark | puppy | Dogs have a very good sense of smell.
a cat | cats | mammal | meat, fish, and mice | with people in homes | meow | kitten | Cats can see well when there is little light.
a rabbit | rabbits | mammal | grass, leaves, and roots | in meadows and burrows | | kit | Rabbits have long ears and strong back legs.
a hamster | hamsters | mammal | seeds and vegetables | in dry grasslands and as pets in homes | squeak | pup | Hamsters carry food in their cheeks.
a guinea pig | guinea pigs | mammal | hay, grass, and vegetables | with people as pets | squeak | pup | Guinea pigs like to live in groups.
a mouse | mice | mammal | seeds and grain | in fields and houses | squeak | pup | Mice are active mostly at night.
a rat | rats | mammal | almost anything | in cities, fields, and forests | squeak | pup | Rats learn quickly.
a squirrel | squirrels | mammal | nuts and seeds | in trees | chatter | kit | Squirrels hide nuts for the winter.
a hedgehog | hedgehogs | mammal | insects, worms, and slugs | in gardens and forests | snuffle | hoglet | A hedgehog rolls into a ball when it is afraid.
a bat | bats | mammal | insects or fruit | in caves, trees, and old buildings | squeak | pup | Bats are the only mammals that can truly fly.
a fox | foxes | mammal | mice, birds, and fruit | in forests, fields, and cities | bark | cub | Foxes have a thick, bushy tail.
a wolf | wolves | mammal | deer and other animals | in forests and cold plains | howl | pup | Wolves live and hunt in packs.
a bear | bears | mammal | berries, fish, and roots | in forests and mountains | growl | cub | Many bears sleep through most of the winter.
a polar bear | polar bears | mammal | seals | on the sea ice of the Arctic | growl | cub | Polar bears have thick white fur and black skin.
a panda | pandas | mammal | bamboo | in mountain forests in China | bleat | cub | Pandas spend most of the day eating.
a koala | koalas | mammal | eucalyptus leaves | in trees in Australia | bellow | joey | Koalas sleep up to twenty hours a day.
a kangaroo | kangaroos | mammal | grass and leaves | in Australia | | joey | Kangaroos carry their young in a pouch.
a lion | lions | mammal | zebras, antelopes, and other animals | on the savanna in Africa | roar | cub | Lions live in groups called prides.
a tiger | tigers | mammal | deer and wild pigs | in forests in Asia | roar | cub | Tigers have striped fur and swim well.
a leopard | leopards | mammal | antelopes, monkeys, and other animals | in Africa and Asia | growl | cub | Leopards often carry their food up a tree.
a cheetah | cheetahs | mammal | gazelles and hares | on the plains of Africa | chirp and purr | cub | The cheetah is the fastest land animal.
an elephant | elephants | mammal | grass, leaves, and bark | in Africa and Asia | trumpet | calf | Elephants are the largest land animals.
a giraffe | giraffes | mammal | leaves | on the savanna in Africa | | calf | The giraffe is the tallest animal on Earth.
a zebra | zebras | mammal | grass | on the plains of Africa | bark | foal | Every zebra has its own pattern of stripes.
a hippo | hippos | mammal | grass | in rivers and lakes in Africa | grunt | calf | Hippos stay in the water during the day.
a rhino | rhinos | mammal | grass and leaves | in Africa and Asia | snort | calf | Rhinos have one or two horns on the nose.
a camel | camels | mammal | grass and desert plants | in deserts | grunt | calf | Camels store fat in their humps.
a llama | llamas | mammal | grass and hay | in the Andes of South America | hum | cria | Llamas carry loads in the mountains.
a deer | deer | mammal | grass, leaves, and buds | in forests and meadows | grunt | fawn | Most male deer grow new antlers every year.
a moose | moose | mammal | leaves, twigs, and water plants | in northern forests | bellow | calf | The moose is the largest kind of deer.
a reindeer | reindeer | mammal | grass and lichens | in the far north | grunt | calf | Both male and female reindeer can have antlers.
a monkey | monkeys | mammal | fruit, leaves, and insects | in warm forests | chatter | infant | Many monkeys use their tails for balance.
a gorilla | gorillas | mammal | leaves, stems, and fruit | in forests in Africa | grunt | infant | Gorillas are the largest apes.
a chimpanzee | chimpanzees | mammal | fruit, leaves, and insects | in forests in Africa | hoot | infant | Chimpanzees use sticks as tools.
an orangutan | orangutans | mammal | fruit and leaves | in rain forests on Borneo and Sumatra | | infant | Orangutans spend most of their life in trees.
a sloth | sloths | mammal | leaves | in rain forests of Central and South America | | | Sloths move very slowly.
a beaver | beavers | mammal | bark, twigs, and water plants | in rivers and ponds | | kit | Beavers build dams from wood.
an otter | otters | mammal | fish and crabs | in rivers and along coasts | whistle | pup | Otters are playful and swim very well.
a seal | seals | mammal | fish | along cold coasts | bark | pup | Seals have a thick layer of fat that keeps them warm.
a walrus | walruses | mammal | clams | in the Arctic | bellow | calf | Walruses have two long tusks.
a dolphin | dolphins | mammal | fish and squid | in oceans | click and whistle | calf | Dolphins breathe air through a blowhole.
a blue whale | blue whales | mammal | tiny sea animals called krill | in oceans | sing | calf | The blue whale is the largest animal that has ever lived.
a chicken | chickens | bird | grain, seeds, and insects | on farms | cluck | chick | Chickens lay eggs.
a duck | ducks | bird | water plants and insects | on ponds and lakes | quack | duckling | Ducks have webbed feet.
a goose | geese | bird | grass and grain | near lakes and on farms | honk | gosling | Geese often fly in the shape of a V.
a turkey | turkeys | bird | seeds, nuts, and insects | in forests and on farms | gobble | poult | Wild turkeys come from North America.
an owl | owls | bird | mice and other small animals | in forests and old barns | hoot | owlet | Owls can turn their heads very far.
an eagle | eagles | bird | fish and small animals | in mountains and near water | screech | eaglet | Eagles have very sharp eyes.
a penguin | penguins | bird | fish and krill | mostly on cold southern coasts | honk | chick | Penguins cannot fly but swim very well.
a parrot | parrots | bird | seeds, nuts, and fruit | in warm forests | squawk | chick | Some parrots can copy human words.
a crow | crows | bird | seeds, insects, and scraps | in fields, forests, and cities | caw | chick | Crows are very clever birds.
a pigeon | pigeons | bird | seeds and grain | in cities and on cliffs | coo | squab | Pigeons can find their way home from far away.
a swan | swans | bird | water plants | on lakes and rivers | honk and hiss | cygnet | Swans have long, curved necks.
a flamingo | flamingos | bird | tiny shrimp and algae | in shallow lakes | honk | chick | Their food gives flamingos a pink color.
an ostrich | ostriches | bird | plants and seeds | on the plains of Africa | boom | chick | The ostrich is the largest bird and cannot fly.
a hummingbird | hummingbirds | bird | nectar and tiny insects | in North and South America | chirp | chick | Hummingbirds can fly backward.
a peacock | peacocks | bird | seeds, insects, and plants | in forests in South Asia and in parks | scream | peachick | Male peacocks show a fan of bright feathers.
a woodpecker | woodpeckers | bird | insects | in forests | drum | chick | Woodpeckers peck holes in trees to find food.
a crocodile | crocodiles | reptile | fish and other animals | in warm rivers and swamps | growl | hatchling | Crocodiles have very strong jaws.
a snake | snakes | reptile | mice, eggs, and other animals | in forests, deserts, and fields | hiss | | Snakes have no legs and smell with their tongue.
a lizard | lizards | reptile | insects | in warm places | | hatchling | Some lizards can drop their tail to escape.
a tortoise | tortoises | reptile | leaves, grass, and flowers | on land in warm places | | hatchling | Some tortoises live for more than a hundred years.
a sea turtle | sea turtles | reptile | sea grass, jellyfish, or crabs | in warm oceans | | hatchling | Sea turtles come to the beach to lay eggs.
a chameleon | chameleons | reptile | insects | in trees, mostly in Africa and Madagascar | | hatchling | Chameleons can change their color.
a frog | frogs | amphibian | insects and worms | in ponds and wet places | croak | tadpole | Frogs can breathe through their skin.
a salamander | salamanders | amphibian | insects and worms | in damp forests and streams | | larva | Some salamanders can grow back a lost leg.
a shark | sharks | fish | fish and other sea animals | in oceans | | pup | The skeleton of a shark is made of cartilage.
a salmon | salmon | fish | insects and small fish | in rivers and oceans | | fry | Salmon swim back to the river where they were born.
a goldfish | goldfish | fish | plants, insects, and fish food | in ponds and tanks | | fry | Goldfish are a kind of carp.
a seahorse | seahorses | fish | tiny shrimp | in warm shallow seas | | fry | Male seahorses carry the eggs in a pouch.
an octopus | octopuses | mollusk | crabs and clams | in oceans | | | An octopus has eight arms and three hearts.
a snail | snails | mollusk | leaves and other plants | in gardens and damp places | | | A snail carries its shell on its back.
a crab | crabs | crustacean | algae, worms, and scraps | on coasts and in the sea | | larva | Many crabs walk sideways.
a bee | bees | insect | nectar and pollen | in hives | buzz | larva | Bees make honey and pollinate flowers.
an ant | ants | insect | seeds, insects, and sweet juices | in large nests | | larva | Ants can carry much more than their own weight.
a butterfly | butterflies | insect | nectar | in meadows and gardens | | caterpillar | A butterfly tastes with its feet.
a mosquito | mosquitoes | insect | nectar, and females also drink blood | near still water | whine | larva | Only female mosquitoes bite.
a ladybug | ladybugs | insect | tiny insects called aphids | in gardens and fields | | larva | Ladybugs are useful to gardeners.
a grasshopper | grasshoppers | insect | grass and leaves | in meadows | chirp | nymph | Grasshoppers can jump very far.
a dragonfly | dragonflies | insect | mosquitoes and other insects | near ponds and streams | | nymph | Dragonflies can hover like a helicopter.
a spider | spiders | arachnid | insects | in gardens, forests, and houses | | spiderling | A spider has eight legs.
a scorpion | scorpions | arachnid | insects and spiders | in deserts and other warm places | | scorpling | A scorpion has a sting at the end of its tail.
an earthworm | earthworms | worm | dead leaves and soil | in the ground | | | Earthworms make soil loose and fertile.
a jellyfish | jellyfish | invertebrate | tiny sea animals | in oceans | | ephyra | A jellyfish has no brain and no bones.
"""
PLANTS = r"""
a tree; +trees; a tree in nature | A tree is a tall plant with a wooden trunk. | Its roots take up water, and its leaves make sugar from sunlight. | Trees give shade, wood, and oxygen.
a leaf; +leaves | A leaf is the flat part of a plant that catches sunlight. | It makes sugar from light, water, and carbon dioxide. | Most leaves are green because of chlorophyll.
a root; +roots of plants | A root is the part of a plant that grows in the ground. | It takes up water and minerals and holds the plant in place. | Carrots and beets are roots that people eat.
a flower; +flowers | A flower is the part of a plant that makes seeds. | Bright colors and sweet nectar attract insects that carry pollen. | After that the flower can turn into a fruit.
a seed; +seeds | A seed is a small package from which a new plant can grow. | It holds a tiny plant and some food. | It begins to grow when it has water, air, and the right warmth.
photosynthesis | Photosynthesis is how plants make sugar from sunlight, water, and carbon dioxide. | It happens in the green parts of the plant. | It also gives off the oxygen that we breathe.
pollination | Pollination is the transfer of pollen from one flower part to another. | Insects, birds, and the wind carry the pollen. | Without it many plants could not make fruit and seeds.
a rose; +roses | A rose is a shrub with thorns and often fragrant flowers. | Roses come in red, white, pink, yellow, and other colors. | A red rose is a sign of love.
a tulip; +tulips | A tulip is a spring flower that grows from a bulb. | Tulips come in many bright colors. | The Netherlands is famous for its tulip fields.
a sunflower; +sunflowers | A sunflower is a tall plant with a large yellow flower head. | Young sunflowers turn with the sun during the day. | Its seeds are eaten and pressed for oil.
a daisy; +daisies | A daisy is a small flower with white petals and a yellow center. | It grows in lawns and meadows. | Many daisies close at night.
an oak; +oaks; an oak tree | An oak is a large tree with hard wood. | Its fruits are called acorns. | Oaks can live for several hundred years.
a pine; +pines; a pine tree | A pine is an evergreen tree with needles and cones. | It keeps its needles in winter. | Pine wood is used for furniture and paper.
a palm; +palms; a palm tree | A palm is a plant with a tall trunk and large leaves at the top. | Most palms grow in warm places. | Coconuts and dates come from palms.
bamboo | Bamboo is a kind of grass with hollow, woody stems. | It is one of the fastest growing plants. | People use it for building, and pandas eat it.
a cactus; +cactuses | A cactus is a plant that stores water in its thick stem. | It has spines instead of normal leaves. | Most cactuses grow in dry parts of the Americas.
moss; +mosses | Moss is a small soft plant that grows in damp places. | It has no flowers and no true roots. | It often covers stones and trees like a green carpet.
a fern; +ferns | A fern is a plant with feathery leaves and no flowers. | It spreads by tiny spores. | Ferns like shade and damp soil.
a mushroom; +mushrooms | A mushroom is the part of a fungus that makes spores. | It is not a plant and does not need sunlight. | Some mushrooms are good to eat, but others are poisonous.
grass | Grass is a plant with long thin leaves that grows in lawns and meadows. | Wheat, rice, and corn are also kinds of grass. | Many animals feed on grass.
"""
FOOD = r"""
an apple; +apples | An apple is a round fruit that grows on trees. | It can be red, green, or yellow. | People eat apples raw, in pies, or as juice.
a banana; +bananas | A banana is a long curved fruit that grows in warm countries. | It is green at first and yellow when ripe. | Bananas contain a lot of potassium.
an orange; +oranges | An orange is a round citrus fruit with a thick peel. | It is sweet and juicy. | Oranges contain a lot of vitamin C.
a lemon; +lemons | A lemon is a yellow citrus fruit with a sour taste. | Its juice is used in drinks, cakes, and fish dishes. | Lemons contain a lot of vitamin C.
a strawberry; +strawberries | A strawberry is a soft red fruit with tiny seeds on the outside. | It grows on low plants. | People eat strawberries fresh, in jam, or with cream.
a grape; +grapes | A grape is a small fruit that grows in bunches on vines. | Grapes can be green, red, or purple. | Dried grapes are called raisins.
a cherry; +cherries | A cherry is a small round fruit with a stone inside. | Cherries can be sweet or sour. | Cherry trees have beautiful blossoms in spring.
a pineapple; +pineapples | A pineapple is a sweet tropical fruit with a rough skin. | It has a crown of stiff leaves. | It grows close to the ground.
a mango; +mangoes | A mango is a sweet tropical fruit with one large stone. | Its flesh is orange and juicy. | India grows more mangoes than any other country.
a watermelon; +watermelons | A watermelon is a large fruit with a green skin and usually red flesh. | It consists mostly of water. | It grows on vines on the ground.
a coconut; +coconuts | A coconut is the large fruit of the coconut palm. | It has a hard shell, white flesh, and a clear liquid. | It is used for oil, milk, and sweets.
a tomato; +tomatoes | A tomato is a red fruit that is used as a vegetable. | It is eaten raw or cooked in sauces. | Tomatoes came from South and Central America.
a potato; +potatoes | A potato is a starchy vegetable that grows under the ground. | It can be boiled, baked, or fried. | Potatoes were first grown in the Andes.
a carrot; +carrots | A carrot is a root vegetable that is usually orange. | It can be eaten raw or cooked. | Carrots are good for the eyes because they give the body vitamin A.
an onion; +onions | An onion is a bulb with a strong taste. | Cutting it can make your eyes water. | It is used in soups, salads, and sauces.
garlic | Garlic is a bulb with a very strong smell and taste. | It is divided into small parts called cloves. | It is used in many dishes around the world.
a cucumber; +cucumbers | A cucumber is a long green vegetable that is mostly water. | It grows on a vine. | It is often eaten raw in salads or pickled.
a pumpkin; +pumpkins | A pumpkin is a large orange fruit that is used as a vegetable. | It is cooked in soups and pies. | People carve pumpkins at Halloween.
corn; maize | Corn, or maize, is a tall grass with yellow seeds on a cob. | It was first grown in Mexico. | It is used for food, animal feed, and oil.
rice | Rice is a grass with small seeds that feed more than half of the world. | It often grows in flooded fields. | It is boiled or steamed before it is eaten.
wheat | Wheat is a grass whose seeds are ground into flour. | The flour is used for bread, pasta, and cakes. | It is grown in many parts of the world.
bread | Bread is a food made from flour, water, and usually yeast. | The yeast makes the dough rise, and then it is baked. | It is eaten in many countries every day.
cheese | Cheese is a food made from milk. | The milk is thickened, the liquid is removed, and the rest is often left to age. | There are hundreds of kinds of cheese.
butter | Butter is a fat made from cream. | Cream is shaken or stirred until the fat sticks together. | It is used on bread and for baking.
milk | Milk is a white liquid that female mammals make for their young. | People drink mostly milk from cows. | It contains protein, fat, sugar, and calcium.
yogurt | Yogurt is a thick and slightly sour food made from milk. | Bacteria turn the milk sugar into acid. | It is eaten plain or with fruit.
an egg; +eggs | An egg is a food that comes mostly from hens. | It has a shell, a clear white part, and a yellow yolk. | Eggs can be boiled, fried, or used in cakes.
honey | Honey is a sweet liquid that bees make from nectar. | They store it in a comb of wax. | It keeps for a very long time.
sugar | Sugar is a sweet substance that comes mostly from sugar cane and sugar beets. | It dissolves easily in water. | It is used in cakes, drinks, and sweets.
salt; table salt | Salt is a white mineral made of sodium and chlorine. | It comes from the sea or from mines. | It gives taste to food and helps to keep it.
chocolate | Chocolate is a sweet food made from cocoa beans. | The beans are fermented, roasted, and ground. | Milk chocolate also contains milk and sugar.
coffee | Coffee is a drink made from the roasted seeds of the coffee plant. | The seeds are ground and mixed with hot water. | It contains caffeine, which keeps people awake.
tea | Tea is a drink made by pouring hot water over dried leaves. | Black tea and green tea come from the same plant. | It contains some caffeine.
pizza | Pizza is a flat bread baked with tomato sauce, cheese, and other toppings. | It comes from Italy. | It is baked in a very hot oven.
pasta | Pasta is a food made from flour and water or eggs. | It comes in many shapes, such as spaghetti and penne. | It is boiled and served with sauce.
sushi | Sushi is a Japanese food made with rice and often fish. | The rice is mixed with vinegar. | It is served in small pieces.
soup; +soups | Soup is a liquid food made by cooking things in water. | It can contain vegetables, meat, or noodles. | It is usually eaten with a spoon.
a salad; +salads | A salad is a dish of mixed foods, often raw vegetables. | It is usually served cold with a dressing. | Common parts are lettuce, tomatoes, and cucumbers.
"""
BODY = r"""
the heart; a heart; the human heart | The heart is a muscle that pumps blood through the body. | It has four chambers. | An adult heart beats about 60 to 100 times a minute at rest.
the brain; the human brain | The brain is the organ that controls the body and lets us think. | It has billions of nerve cells. | It is protected by the skull.
the lungs; +lungs | The lungs are the organs that we breathe with. | They take oxygen from the air and give off carbon dioxide. | We have two lungs, one on each side of the chest.
the stomach; a stomach | The stomach is the organ that breaks down food. | It mixes the food with acid. | After that the food moves into the small intestine.
the liver; a liver | The liver is a large organ that cleans the blood and helps digestion. | It makes bile, which helps the body use fat. | It also stores energy.
the kidneys; +kidneys | The kidneys are two organs that filter the blood. | They remove waste and extra water as urine. | Each kidney has the shape of a bean.
the skin; human skin | The skin is the largest organ of the body. | It protects us from germs and helps to control our temperature. | It also lets us feel touch, heat, and cold.
the skeleton; a skeleton | The skeleton is the frame of bones in the body. | An adult has 206 bones. | It protects the organs and lets us stand and move.
a bone; +bones | A bone is a hard part of the skeleton. | It contains calcium and living cells. | The longest bone of the body is the thigh bone.
a muscle; +muscles | A muscle is tissue that can pull itself shorter to move the body. | Muscles are joined to bones by tendons. | The body has more than 600 muscles.
blood | Blood is the red liquid that carries oxygen and food through the body. | Red blood cells carry oxygen, and white blood cells fight germs. | The heart pumps it through the blood vessels.
an artery; +arteries | An artery is a blood vessel that carries blood away from the heart. | Its walls are thick and strong. | The largest artery is the aorta.
a vein; +veins | A vein is a blood vessel that carries blood back to the heart. | Many veins have small valves. | The valves keep the blood from flowing backward.
the eye; +eyes; the human eye | The eye is the organ of sight. | A lens focuses light on the retina at the back of the eye. | The optic nerve sends the picture to the brain.
the ear; +ears; the human ear | The ear is the organ of hearing and balance. | Sound makes the eardrum move. | The inner ear turns the movement into nerve signals.
the nose; a nose | The nose is the organ of smell. | It also warms and cleans the air that we breathe. | Tiny cells inside it react to smells.
the tongue; a tongue | The tongue is a muscle in the mouth that helps us taste, eat, and speak. | It can taste sweet, sour, salty, bitter, and savory things. | It moves food while we chew.
a tooth; +teeth | A tooth is a hard part in the mouth for biting and chewing. | It is covered with enamel, the hardest material of the body. | Adults usually have up to 32 teeth.
a nerve; +nerves | A nerve is a bundle of fibers that carries signals through the body. | The signals travel between the brain and the rest of the body. | Nerves let us feel and move.
the spine; a spine; the backbone | The spine is the column of bones in the back. | It holds the body upright and protects the spinal cord. | Each of its bones is called a vertebra.
a joint; +joints | A joint is a place where two bones meet. | The knee and the elbow are joints. | Joints let us bend and move.
a cell; +cells; a living cell | A cell is the smallest living part of a body. | Most human cells have a nucleus that contains DNA. | The body has trillions of cells.
DNA | DNA is the molecule that carries the instructions for living things. | It has the shape of a twisted ladder. | Children get half of their DNA from each parent.
digestion | Digestion is how the body breaks down food. | It begins in the mouth and goes on in the stomach and the intestines. | The body then takes in the parts it needs.
sleep | Sleep is a state of rest for the body and the brain. | Most adults need about seven to nine hours each night. | Sleep helps memory, mood, and health.
a vitamin; +vitamins | A vitamin is a substance that the body needs in small amounts. | Most vitamins come from food. | Vitamin C is found in fruit and vegetables.
a virus; +viruses | A virus is a tiny germ that can multiply only inside living cells. | Colds and the flu are caused by viruses. | Washing your hands helps to stop them.
a bacterium; +bacteria | A bacterium is a very small living thing made of one cell. | Some bacteria cause illness, but many are harmless or useful. | They live almost everywhere.
the immune system; an immune system | The immune system protects the body from germs. | White blood cells find and destroy germs. | It can remember germs that it has met before.
"""
WEATHER = r"""
rain | Rain is water that falls from clouds in drops. | It forms when tiny drops in a cloud join and become heavy. | Plants and animals need rain to live.
snow | Snow is frozen water that falls as small ice crystals. | It forms in clouds when the air is below the freezing point. | Snow crystals usually have six sides.
hail | Hail is balls of ice that fall from storm clouds. | Strong winds carry drops up and down in the cloud until they freeze. | Large hail can damage cars and plants.
fog | Fog is a cloud that touches the ground. | It consists of tiny drops of water in the air. | It makes it hard to see far.
wind; the wind | Wind is moving air. | It blows from places with high air pressure to places with low air pressure. | People use it to make electricity.
a cloud; +clouds | A cloud is a mass of tiny drops of water or ice in the air. | It forms when warm, damp air rises and cools. | Dark clouds often bring rain.
a thunderstorm; +thunderstorms | A thunderstorm is a storm with lightning and thunder. | It forms when warm, damp air rises quickly. | It often brings heavy rain.
lightning | Lightning is a large electric spark in the sky. | It can jump between clouds or from a cloud to the ground. | It heats the air so quickly that we hear thunder.
thunder | Thunder is the sound made by lightning. | The hot air around the flash expands very quickly. | We hear it after we see the flash because light is faster than sound.
a rainbow; +rainbows | A rainbow is an arc of colors in the sky. | It appears when sunlight is bent and reflected in drops of water. | Its colors are red, orange, yellow, green, blue, indigo, and violet.
a hurricane; +hurricanes | A hurricane is a very strong storm that forms over warm oceans. | Its winds turn around a calm center called the eye. | It brings heavy rain and high waves.
a tornado; +tornadoes | A tornado is a spinning column of air that reaches from a cloud to the ground. | Its winds can be extremely strong. | Most tornadoes last only a few minutes.
a drought; +droughts | A drought is a long time with very little rain. | Plants dry out and rivers become low. | Droughts can destroy harvests.
a flood; +floods | A flood happens when water covers land that is normally dry. | Heavy rain or melting snow can cause it. | Floods can damage houses and roads.
frost | Frost is a thin layer of ice crystals on cold surfaces. | It forms when water vapor in the air freezes. | It is often seen on cold, clear mornings.
dew | Dew is small drops of water that form on cool surfaces at night. | It comes from water vapor in the air. | It dries when the sun warms the ground.
air temperature; the temperature of the air | Temperature is a measure of how hot or cold something is. | It is measured with a thermometer. | Common units are degrees Celsius and degrees Fahrenheit.
humidity | Humidity is the amount of water vapor in the air. | Warm air can hold more water vapor than cold air. | High humidity makes hot days feel hotter.
climate; the climate | Climate is the usual weather of a place over many years. | It depends on how far the place is from the equator and the sea. | Weather changes daily, but climate changes slowly.
climate change | Climate change is a long-term change in the usual weather of the Earth. | Burning coal, oil, and gas adds carbon dioxide to the air and warms the planet. | It causes melting ice, rising seas, and more extreme weather.
the water cycle; a water cycle | The water cycle is the movement of water between the sea, the air, and the land. | Water evaporates, forms clouds, and falls as rain or snow. | Rivers carry it back to the sea.
a season; +seasons | A season is one of the parts of the year with its own weather. | The four seasons are spring, summer, autumn, and winter. | They happen because the axis of the Earth is tilted.
an earthquake; +earthquakes | An earthquake is a shaking of the ground. | It happens when large plates of rock suddenly slip. | Its strength is measured with a seismograph.
a volcano; +volcanoes | A volcano is an opening in the ground through which hot rock can come out. | Melted rock is called magma below the ground and lava above it. | Some volcanoes form islands.
a tsunami; +tsunamis | A tsunami is a series of large ocean waves. | It is often caused by an earthquake under the sea. | The waves can flood the coast.
"""
MATERIALS = r"""
wood | Wood is the hard material of trees. | It is light, strong, and easy to cut. | It is used for houses, furniture, and paper.
paper | Paper is a thin material made mostly from wood fibers. | The fibers are mixed with water, pressed, and dried. | It is used for books, letters, and boxes.
glass | Glass is a hard and clear material made mostly from sand. | The sand is melted with other minerals and then cooled. | It is used for windows, bottles, and lenses.
iron | Iron is a strong gray metal. | It can rust when it is wet. | Most iron is made into steel.
steel | Steel is a strong metal made from iron and a little carbon. | It is harder than pure iron. | It is used for bridges, cars, and tools.
copper | Copper is a reddish metal that conducts electricity very well. | It is soft and easy to shape. | It is used for wires and pipes.
gold | Gold is a yellow metal that does not rust. | It is rare and easy to shape. | It is used for jewelry, coins, and electronics.
silver | Silver is a shiny white metal. | It conducts electricity better than any other metal. | It is used for jewelry, coins, and electronics.
aluminum; aluminium | Aluminum is a light silvery metal. | It does not rust like iron. | It is used for cans, planes, and window frames.
plastic; +plastics | Plastic is a material that is made mostly from oil. | It is light and can be formed into any shape. | Plastic waste should be recycled because it lasts a very long time.
rubber | Rubber is a soft material that can stretch and spring back. | Natural rubber comes from the juice of the rubber tree. | It is used for tires, boots, and erasers.
cotton | Cotton is a soft fiber that grows around the seeds of the cotton plant. | It is spun into thread and woven into cloth. | It is used for shirts, towels, and bedding.
wool | Wool is the hair of sheep. | It is spun into yarn. | It keeps people warm in sweaters and socks.
silk | Silk is a fine, shiny fiber made by silkworms. | It comes from their cocoons. | It is used for scarves, ties, and dresses.
leather | Leather is a strong material made from the skin of animals. | The skin is treated so that it does not rot. | It is used for shoes, belts, and bags.
concrete | Concrete is a building material made of cement, water, sand, and stones. | It becomes hard like stone when it sets. | It is used for houses, bridges, and dams.
brick; +bricks; a brick | A brick is a block of baked clay. | Bricks are joined with mortar. | They are used for walls and chimneys.
clay | Clay is a soft earth that becomes hard when it is baked. | It is easy to shape when it is wet. | It is used for pots, bricks, and tiles.
a diamond; +diamonds | A diamond is a very hard crystal of carbon. | It forms deep in the Earth under great pressure. | It is used for jewelry and for cutting tools.
water | Water is a clear liquid made of hydrogen and oxygen. | It freezes at 0 degrees Celsius and boils at 100 degrees Celsius at sea level. | All known living things need water.
ice | Ice is frozen water. | It is lighter than liquid water, so it floats. | It melts at 0 degrees Celsius.
oxygen | Oxygen is a gas that people and animals need to breathe. | It makes up about 21 percent of the air. | Plants give it off during photosynthesis.
hydrogen | Hydrogen is the lightest element. | Together with oxygen it forms water. | Stars are made mostly of hydrogen.
carbon | Carbon is an element found in all living things. | Diamond and graphite are both pure carbon. | It joins with oxygen to form carbon dioxide.
carbon dioxide; CO2 | Carbon dioxide is a gas that we breathe out. | Plants need it to make sugar. | Too much of it in the air warms the climate.
silicon | Silicon is an element found in sand and many rocks. | It is a semiconductor, so its electrical behavior can be controlled. | It is used for computer chips and solar cells.
an atom; +atoms | An atom is a tiny building block of matter. | It has a nucleus of protons and neutrons with electrons around it. | The simplest atom is hydrogen.
a molecule; +molecules | A molecule is a group of atoms that are joined together. | A water molecule has two hydrogen atoms and one oxygen atom. | Most of the things around us contain molecules.
electricity; electric current | Electricity is a form of energy that comes from electric charges. | A current is a flow of charge through a wire. | It powers lights, computers, and machines.
energy | Energy is the ability to do work. | It can take forms such as heat, light, and motion. | It can change its form but is never lost.
"""
